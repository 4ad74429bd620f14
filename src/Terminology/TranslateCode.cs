using Socle.Api;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Terminology;

/// <summary>ConceptMap/$translate: a code in the words of another system, forward or in reverse.</summary>
sealed class TranslateCode(TerminologyDesk desk)
{
    const int MostHops = 5;

    sealed record Match(string Equivalence, string? System, string? Version, string? Code, string? Display, string? Map, string? Comment, IReadOnlyList<ConceptMapTable.Condition> Products);

    public async Task<FhirAnswer> OfType(FhirCall call, CancellationToken stop)
    {
        using var asked = await Asked.Read(call, stop);
        var index = await desk.Complete(stop);
        if (asked.Resource("conceptMap", "ConceptMap") is { Exists: true } brought) return Answer(index, [ConceptMapTable.Of(brought)], asked);
        var (url, version, source, target) = (asked.Text("url"), asked.Text("conceptMapVersion"), asked.Text("source"), asked.Text("target"));
        var reverse = asked.Flag("reverse");
        if (reverse) (source, target) = (target, source);
        if (url is not null) (url, version) = (Canonicals.Split(url).Url, version ?? Canonicals.Split(url).Version);
        var maps = index.Maps.Where(m => (url is null || m.Url == url) && (version is null || m.Version == version)
            && (source is null || m.Source == source) && (target is null || m.Target == target)).ToList();
        if (maps.Count == 0 && (url is not null || source is not null || target is not null)) throw TerminologyRefusals.UnknownMap.With();
        return Answer(index, maps, asked);
    }

    public async Task<FhirAnswer> OfInstance(FhirCall call, CancellationToken stop)
    {
        using var asked = await Asked.Read(call, stop);
        var index = await desk.Complete(stop);
        return Answer(index, [desk.Map(call.Id) ?? throw StoreRefusals.NotFound.With()], asked);
    }

    static FhirAnswer Answer(TerminologyIndex index, IReadOnlyList<ConceptMapTable> maps, Asked asked)
    {
        var codes = asked.Codes();
        if (codes.Count == 0) throw TerminologyRefusals.MissingParameter.With("code, coding ou codeableConcept");
        var (reverse, targetSystem) = (asked.Flag("reverse"), asked.Text("targetsystem"));
        var given = Dependencies(asked);
        var matches = codes.SelectMany(code => maps.SelectMany(map => reverse ? Back(index, map, code) : Forward(index, map, code, given, MostHops)))
            .Where(m => targetSystem is null || (m.System is { } system && index.NameOf(system) == index.NameOf(targetSystem))).Distinct().ToList();
        var found = matches.Exists(m => m.Equivalence is not ("unmatched" or "disjoint"));
        return Answers.Parameters(json =>
        {
            json.Flag("result", found);
            if (!found) json.Text("message", "Aucune correspondance connue pour ce code.");
            foreach (var match in matches)
                json.Parts("match", parts =>
                {
                    parts.Text("equivalence", match.Equivalence, "valueCode");
                    if (match.Code is not null) parts.Coding("concept", match.System, match.Version, match.Code, match.Display);
                    foreach (var product in match.Products)
                        parts.Parts("product", inner =>
                        {
                            inner.Text("element", product.Property, "valueUri");
                            inner.Coding("concept", product.System, null, product.Value, product.Display);
                        });
                    parts.Text("source", match.Map, "valueUri");
                });
        });
    }

    static IEnumerable<Match> Forward(TerminologyIndex index, ConceptMapTable map, AskedCode code, IReadOnlyDictionary<string, string> given, int hops)
    {
        foreach (var group in map.Groups)
        {
            if (code.System is { } system && (group.Source is null || index.NameOf(group.Source) != index.NameOf(system))) continue;
            var elements = group.Elements.Where(e => e.Code == code.Code).ToList();
            foreach (var to in elements.SelectMany(e => e.Targets))
                if (to.DependsOn.All(d => given.TryGetValue(d.Property, out var value) && value == d.Value))
                    yield return new(to.Equivalence, group.Target, group.TargetVersion, to.Code, to.Display ?? Named(index, group.Target, to.Code), map.Url, to.Comment, to.Products);
            if (elements.Count > 0) continue;
            foreach (var match in Unmapped(index, map, group, code, given, hops)) yield return match;
        }
    }

    static IEnumerable<Match> Unmapped(
        TerminologyIndex index, ConceptMapTable map, ConceptMapTable.Group group, AskedCode code, IReadOnlyDictionary<string, string> given, int hops) => group.Mode switch
        {
            "provided" => [new("equal", group.Target ?? code.System, null, code.Code, code.Display, map.Url, null, [])],
            "fixed" => [new("equivalent", group.Target, group.TargetVersion, group.FixedCode, group.FixedDisplay ?? Named(index, group.Target, group.FixedCode), map.Url, null, [])],
            "other-map" when hops > 0 && index.Maps.FirstOrDefault(m => m.Url == Canonicals.Split(group.OtherMap ?? "").Url) is { } other => Forward(index, other, code, given, hops - 1),
            _ => []
        };

    static IEnumerable<Match> Back(TerminologyIndex index, ConceptMapTable map, AskedCode code)
    {
        foreach (var group in map.Groups)
        {
            if (code.System is { } system && (group.Target is null || index.NameOf(group.Target) != index.NameOf(system))) continue;
            foreach (var element in group.Elements)
                foreach (var to in element.Targets.Where(t => t.Code == code.Code))
                    yield return new(Reversed(to.Equivalence), group.Source, group.SourceVersion, element.Code, element.Display ?? Named(index, group.Source, element.Code), map.Url, to.Comment, []);
        }
    }

    // « The target is wider » read from the other end.
    static string Reversed(string equivalence) => equivalence switch
    {
        "wider" => "narrower", "narrower" => "wider", "subsumes" => "specializes", "specializes" => "subsumes", _ => equivalence
    };

    static string? Named(TerminologyIndex index, string? system, string? code) =>
        system is null || code is null ? null : index.System(system)?.Find(code)?.Display ?? index.Heard(system, code)?.Display;

    static Dictionary<string, string> Dependencies(Asked asked)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var dependency in asked.Parameters("dependency"))
        {
            var parts = dependency.All("part").ToLookup(p => p["name"].Text, p => p["value"]);
            if (parts["element"].FirstOrDefault().Text is not { } element || parts["concept"].FirstOrDefault() is not { Exists: true } concept) continue;
            given[element] = concept.Type == "CodeableConcept" ? concept["coding"]["code"].Text ?? "" : concept.IsPrimitive ? concept.Text ?? "" : concept["code"].Text ?? "";
        }
        return given;
    }
}
