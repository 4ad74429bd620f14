using System.Globalization;
using Socle.Api;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Terminology;

/// <summary>$validate-code of ValueSet and CodeSystem: may this code be used? An expired one may not, and its display is still told.</summary>
sealed class ValidateCode(TerminologyDesk desk, TimeProvider clock)
{
    sealed record Verdict(bool Result, string? Message, string? Display);

    public async Task<FhirAnswer> InSet(FhirCall call, CancellationToken stop)
    {
        using var asked = await Asked.Read(call, stop);
        var index = await desk.Complete(stop);
        return OfSet(index, AskedSet.Find(index, asked), asked);
    }

    public async Task<FhirAnswer> InThisSet(FhirCall call, CancellationToken stop)
    {
        using var asked = await Asked.Read(call, stop);
        var index = await desk.Complete(stop);
        return OfSet(index, new(desk.Set(call.Id) ?? throw StoreRefusals.NotFound.With()), asked);
    }

    public async Task<FhirAnswer> InSystem(FhirCall call, CancellationToken stop)
    {
        using var asked = await Asked.Read(call, stop);
        var index = await desk.Complete(stop);
        var brought = asked.Resource("codeSystem", "CodeSystem");
        var table = brought.Exists ? CodeSystemTable.Of(brought) ?? throw TerminologyRefusals.BadParameter.With("codeSystem", "il n’a pas d’adresse (url)") : null;
        var url = asked.Text("url");
        var codes = asked.Codes(system: table?.Url ?? url, version: "version");
        return All(codes, code => OfSystem(index, table, url is not null && code.System is null ? code with { System = url } : code, asked, url));
    }

    public async Task<FhirAnswer> InThisSystem(FhirCall call, CancellationToken stop)
    {
        using var asked = await Asked.Read(call, stop);
        var index = await desk.Complete(stop);
        var table = desk.System(call.Id) ?? throw StoreRefusals.NotFound.With();
        return All(asked.Codes(system: table.Url), code => OfSystem(index, table, code, asked, table.Url));
    }

    FhirAnswer OfSet(TerminologyIndex index, AskedSet set, Asked asked)
    {
        asked.RefuseUnsupported("context");
        var content = set.Content(index);
        var (at, language) = (asked.Date("date") ?? clock.GetUtcNow(), asked.Text("displayLanguage"));
        var noAbstract = asked.Text("abstract") == "false";
        return All(asked.Codes(version: "systemVersion"), code =>
        {
            var (verdict, member) = content.Judge(code.System is { } system ? index.NameOf(system) : null, code.Code, at);
            var display = member?.DisplayIn(language);
            return verdict switch
            {
                CodeVerdict.Yes when noAbstract && member!.Abstract => new(false, $"Le code « {code.Code} » est un titre de rubrique : il ne se choisit pas.", display),
                CodeVerdict.Yes => Display(code, display, [.. member!.Designations, .. member.Concept?.Designations ?? []], member.Display),
                CodeVerdict.Expired => new(false, $"Le code « {code.Code} » n’est plus en vigueur{Since(member!.Until)}.", display),
                CodeVerdict.Unknown => new(false, $"On ne peut pas dire si le code « {code.Code} » est dans le jeu de valeurs : le système {code.System} n’est pas chargé en entier.", null),
                _ => new(false, $"Le code « {code.Code} »{(code.System is { } of ? $" de {of}" : "")} n’est pas dans le jeu de valeurs {set.Url}.", index.Heard(code.System ?? "", code.Code)?.Display)
            };
        });
    }

    Verdict OfSystem(TerminologyIndex index, CodeSystemTable? given, AskedCode code, Asked asked, string? url)
    {
        if (code.System is not { } system) throw TerminologyRefusals.MissingParameter.With("url");
        if (url is not null && index.NameOf(url) != index.NameOf(system)) return new(false, $"Le code est du système {system}, non de {url}.", null);
        var (at, language) = (asked.Date("date") ?? clock.GetUtcNow(), asked.Text("displayLanguage"));
        var table = given ?? index.System(system, code.Version);
        if (table?.Find(code.Code) is { } concept)
        {
            if (concept.IsExpired(at)) return new(false, $"Le code « {code.Code} » n’est plus en vigueur{Since(concept.Validity.Until)}.", concept.DisplayIn(language));
            return Display(code, concept.DisplayIn(language), concept.Designations, concept.Display);
        }
        if (table is { IsComplete: true }) return new(false, $"Le code « {code.Code} » est inconnu dans {system}.", null);
        if (index.Heard(system, code.Code) is not { } heard)
            return table is not null ? new(false, $"Le système {system} n’est chargé qu’en partie, sans le code « {code.Code} ».", null) : throw TerminologyRefusals.UnknownSystem.With(system);
        return heard.Validity.IsOver(at) ? new(false, $"Le code « {code.Code} » n’est plus en vigueur{Since(heard.Validity.Until)}.", heard.Display) : Display(code, heard.Display, [], heard.Display);
    }

    // A display that is none of the code's names is a mistake of whoever wrote it: maybe the code is the wrong one.
    static Verdict Display(AskedCode code, string? display, IReadOnlyList<Designation> designations, string? main)
    {
        if (code.Display is not { } said || (display ?? main) is null) return new(true, null, display);
        var names = designations.Select(d => d.Value).Append(display).Append(main).OfType<string>().Select(FrenchText.Normal);
        return names.Contains(FrenchText.Normal(said)) ? new(true, null, display)
            : new(false, $"Le libellé « {said} » n’est pas celui du code « {code.Code} », qui est « {display ?? main} ».", display);
    }

    /// <summary>A CodeableConcept is right when one of its codings is.</summary>
    static FhirAnswer All(IReadOnlyList<AskedCode> codes, Func<AskedCode, Verdict> judge)
    {
        if (codes.Count == 0) throw TerminologyRefusals.MissingParameter.With("code, coding ou codeableConcept");
        var verdicts = codes.Select(judge).ToList();
        var best = verdicts.Find(v => v.Result) ?? verdicts[0];
        return Answers.Parameters(json =>
        {
            json.Flag("result", best.Result);
            json.Text("message", best.Result ? best.Message : string.Join(" ", verdicts.Select(v => v.Message).OfType<string>().Distinct()));
            json.Text("display", best.Display);
        });
    }

    static string Since(DateTimeOffset? until) => until is { } day ? string.Create(CultureInfo.GetCultureInfo("fr-FR"), $" depuis le {day:d MMMM yyyy}") : "";
}
