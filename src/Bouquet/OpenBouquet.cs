using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Bouquet.Pages;

namespace Socle.Bouquet;

/// <summary>The professional's first page: today's people, the search, the records opened lately.</summary>
static class OpenBouquet
{
    public static async Task<IResult> Handle(HttpContext http, Agenda agenda, PageContext page, CancellationToken stop) =>
        Page.Show<BouquetPage, BouquetModel>(await Model(http.Agent(), agenda, page, Form.Empty, null, null, stop));

    public static async Task<BouquetModel> Model(
        Agent professional, Agenda agenda, PageContext page, Form search, ListedPatient? found, string? answer, CancellationToken stop) =>
        new(search, await agenda.Today(professional, page, stop), await agenda.RecentOf(professional, stop), found, answer);
}
