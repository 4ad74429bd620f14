using Socle.Platform.Web;

namespace Socle.SignIn.Pages;

/// <param name="Software">The registered name; empty: a software that is no longer known.</param>
public sealed record OnwardModel(string Software, string Url, bool ToSoftware);

/// <param name="Lines">Keys of the texts that say what the software will have.</param>
public sealed record AgreeModel(string Software, string Url, string Person, IReadOnlyList<string> Lines)
{
    internal static IReadOnlyList<string> LinesOf(string scope)
    {
        var scopes = ProviderScopes.Split(scope);
        List<string> lines = ["agree.who"];
        if (scopes.Any(one => one.StartsWith("patient/", StringComparison.Ordinal))) lines.Add("agree.record");
        if (scopes.Any(one => one.StartsWith("user/", StringComparison.Ordinal))) lines.Add("agree.records");
        if (scopes.Any(one => one.IndexOf('/', StringComparison.Ordinal) > 0 && one[(one.LastIndexOf('.') + 1)..].IndexOfAny(['c', 'u', 'd']) >= 0)) lines.Add("agree.write");
        return lines;
    }
}

/// <param name="Software">From which the person comes; null: not said.</param>
public sealed record EndSessionModel(string? Software);

/// <param name="Id">Of a software that was just registered.</param>
/// <param name="Secret">Shown this once.</param>
public sealed record SoftwareModel(Form Form, string? Id, string? Secret);

public sealed record SoftwareListModel(IReadOnlyList<RegisteredSoftware> All, Form Form);
