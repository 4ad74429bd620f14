using Microsoft.AspNetCore.Http;
using Socle.Identities.Pages;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Identities;

/// <summary>The queue of the identity cell: collisions first in mind, by kind, open or settled.</summary>
static class ShowCases
{
    const int Most = 100;

    public static async Task<IResult> Handle(HttpContext http, CaseStore cases, CaseReader reader, CancellationToken stop)
    {
        var filter = Form.OfQuery(http.Request);
        var kind = CaseKind.All.FirstOrDefault(known => known == filter.Optional("genre"));
        var shown = new List<CellCase>();
        foreach (var one in await cases.Queue(filter.Optional("etat") != "clos", kind, Most, stop)) shown.Add(await reader.Line(one, stop));
        return Page.Show<CellPage, CellModel>(new(filter, shown, await cases.Counts(stop)));
    }
}
