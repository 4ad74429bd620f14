using Microsoft.AspNetCore.Http;
using Socle.Directories.Pages;
using Socle.Platform.Web;

namespace Socle.Directories;

/// <summary>The last imports of extracts, with what each counted.</summary>
static class ShowImports
{
    public const string Path = ShowRegister.Path + "/reprises";
    const int Most = 50;

    public static async Task<IResult> Handle(ImportReports reports, CancellationToken stop) =>
        Page.Show<ImportsPage, ImportsModel>(new(await reports.Last(Most, stop)));
}
