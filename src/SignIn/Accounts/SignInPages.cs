using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>The sign-in page, with what went wrong.</summary>
sealed class SignInPages(SocleOptions options, DemoPeople people)
{
    public async Task<IResult> Show(string back, Refusal? wrong, CancellationToken stop)
    {
        var kept = back.Contains("reprise=", StringComparison.Ordinal);
        var list = options.Demo ? await Order(back, stop) : [];
        return Page.Show<Pages.SignInPage, Pages.SignInModel>(new(list, back, options.Demo, kept, wrong is null ? null : Typography.French(wrong.French)),
            wrong is null ? StatusCodes.Status200OK : (int)wrong.Reason);
    }

    // The space somebody comes from says whom to show first.
    async Task<IReadOnlyList<DemoPerson>> Order(string back, CancellationToken stop)
    {
        var citizensFirst = back.StartsWith(Paths.Citizen, StringComparison.Ordinal);
        return [.. (await people.List(stop)).OrderBy(p => p.Kind == DemoPerson.Citizen != citizensFirst)];
    }
}
