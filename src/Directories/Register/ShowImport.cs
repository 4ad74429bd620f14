using Microsoft.AspNetCore.Http;
using Socle.Directories.Pages;
using Socle.Platform.Web;

namespace Socle.Directories;

/// <summary>What one import changed, line by line.</summary>
static class ShowImport
{
    const int PageSize = 100;

    public static async Task<IResult> Handle(long id, string? quoi, long? apres, ImportReports reports, CancellationToken stop)
    {
        if (await reports.Find(id, stop) is not { } run) throw DirectoriesRefusals.NoSuchImport.With();
        var what = ImportReports.Whats.FirstOrDefault(one => one == quoi);
        var after = Math.Max(0, apres ?? 0);
        var changes = await reports.Page(id, what, after, PageSize + 1, stop);
        long? next = changes.Count > PageSize ? changes[PageSize - 1].Number : null;
        return Page.Show<ImportPage, ImportModel>(new(run, [.. changes.Take(PageSize)], what, next, after == 0));
    }
}
