using Microsoft.AspNetCore.Http;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>The demonstration's mail and telephone, and the numbers of the invented people's cards. Elsewhere there is no such page.</summary>
static class ShowMessages
{
    public const string Path = "/connexion/messages";
    const int Most = 30;

    public static async Task<IResult> Handle(DataFolder folder, JourneyStore store, CardNumbers cards, IServiceProvider services, CancellationToken stop)
    {
        if (!folder.IsDemonstration) throw SignInRefusals.DemoOnly.With();
        var shown = new List<(string, string?)>();
        var search = services.GetService(typeof(IdentitySearch)) as IdentitySearch;
        if (services.GetService(typeof(Population)) is Population population)
            foreach (var face in (await population.Faces(stop)).Where(face => face.Rpps is null))
                if (search is not null && await search.Card(face.PatientKey, stop) is { } card)
                    shown.Add(($"{card.BirthName} {card.FirstName}, {card.ShownBirthDate}", await cards.Of(face.PatientKey, stop)));
        return Page.Show<Pages.MessagesPage, Pages.MessagesModel>(new(await store.Messages(Most, stop), shown));
    }
}
