using System.Collections.Concurrent;

namespace Socle.Fhir;

/// <summary>
/// Everything that is known of codes at one moment: R4's own value sets, and the code systems, value sets and concept maps that were loaded.
/// Immutable; what is in a value set is worked out when it is first asked for.
/// </summary>
public sealed class TerminologyIndex : ITerminology
{
    public const int MostListed = 10_000;

    readonly Dictionary<string, List<CodeSystemTable>> systems = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<ValueSetTable>> sets = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> folded = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<ValueSetTable, ValueSetContent> contents = new();
    readonly Canonicals names;
    readonly Lazy<HeardCodes> heard;
    readonly Lazy<ExpiredCodes> expired;

    /// <param name="otherNames">From NamingSystem: other name → the one that is used.</param>
    /// <param name="now">What « now » is when nothing else is asked: codes come into use and go out of it.</param>
    public TerminologyIndex(
        IReadOnlyCollection<CodeSystemTable> codeSystems, IReadOnlyCollection<ValueSetTable> valueSets, IReadOnlyCollection<ConceptMapTable> maps,
        IEnumerable<KeyValuePair<string, string>> otherNames, Func<DateTimeOffset> now)
    {
        Now = now;
        Maps = maps;
        CodeSystems = codeSystems;
        names = new Canonicals(otherNames.Concat(codeSystems.SelectMany(s => s.Identifiers.Select(i => KeyValuePair.Create(i, s.Url)))));
        foreach (var system in codeSystems)
        {
            Into(systems, names.Of(system.Url), system);
            if (Canonicals.Folded(system.Url) is { } spelt) folded.TryAdd(spelt, names.Of(system.Url));
        }
        foreach (var set in valueSets)
            foreach (var name in NamesOf(set)) Into(sets, name, set);
        foreach (var versions in systems.Values) versions.Sort((a, b) => Versions.Compare((b.Version, b.Date), (a.Version, a.Date)));
        foreach (var versions in sets.Values) versions.Sort((a, b) => Versions.Compare((b.Version, b.Date), (a.Version, a.Date)));
        heard = new(() => HeardCodes.Of(valueSets, this));
        expired = new(() => ExpiredCodes.Of(codeSystems, heard.Value, this));
    }

    public static readonly TerminologyIndex Empty = new([], [], [], [], () => DateTimeOffset.MinValue);

    /// <summary>From resources as they are stored: CodeSystem, ValueSet, ConceptMap and NamingSystem; anything else is not looked at.</summary>
    public static TerminologyIndex Of(IEnumerable<ReadOnlyMemory<byte>> resources, Func<DateTimeOffset> now)
    {
        var parts = new TerminologyParts();
        foreach (var resource in resources)
        {
            using var document = FhirDocument.Parse(resource);
            parts.Put($"{document.ResourceType}/{document.Root["id"].Text ?? $"#{parts.Count}"}", document);
        }
        return parts.Index(now);
    }

    public Func<DateTimeOffset> Now { get; }
    public IReadOnlyCollection<ConceptMapTable> Maps { get; }
    public IReadOnlyCollection<CodeSystemTable> CodeSystems { get; }

    /// <summary>The one name of a system, whatever it is called.</summary>
    public string NameOf(string system)
    {
        var name = names.Of(system);
        return !systems.ContainsKey(name) && folded.Count > 0 && Canonicals.Folded(name) is { } spelt ? folded.GetValueOrDefault(spelt, name) : name;
    }

    /// <summary>The newest version, or the one asked for; null when it is not here.</summary>
    public CodeSystemTable? System(string system, string? version = null)
    {
        var (url, written) = Canonicals.Split(system);
        version ??= written;
        return systems.TryGetValue(NameOf(url), out var all) ? version is null ? all[0] : all.Find(s => s.Version == version) : null;
    }

    public ValueSetTable? Set(string canonical, string? version = null)
    {
        var (url, written) = Canonicals.Split(canonical);
        version ??= written;
        if (!sets.TryGetValue(url, out var all) && !(Canonicals.Folded(url) is { } spelt && sets.TryGetValue(spelt, out all))) return null;
        return version is null ? all[0] : all.Find(s => s.Version == version);
    }

    /// <summary>What is in a value set; a FhirException when it contains itself or takes too much work.</summary>
    public ValueSetContent Content(ValueSetTable set) => contents.TryGetValue(set, out var known) ? known : Keep(set, new ValueSetCompiler(this));

    internal ValueSetContent? Content(string canonical, ValueSetCompiler by)
    {
        if (Set(canonical) is { } set) return contents.TryGetValue(set, out var known) ? known : Keep(set, by);
        return OfR4(canonical) is { } codes ? ContentOf(codes) : null;
    }

    ValueSetContent Keep(ValueSetTable set, ValueSetCompiler by)
    {
        var content = by.Compile(set);
        // A value set of a request is nobody's: it is not kept.
        if (set.Url is { } url && sets.TryGetValue(url, out var all) && all.Contains(set)) contents.TryAdd(set, content);
        return content;
    }

    /// <summary>What value sets say of a code whose system was not loaded.</summary>
    public HeardCode? Heard(string system, string code) => heard.Value.Find(NameOf(system), code);

    internal bool IsCaseSensitive(string system) => System(system) is not { IsCaseSensitive: false };

    internal (string, string) Key(string system, string code) => (system, IsCaseSensitive(system) ? code : code.ToLowerInvariant());

    /// <summary>The codings of a resource that are known and out of use at that moment. Costs next to nothing when no code is.</summary>
    public IReadOnlyList<ExpiredCoding> ExpiredIn(FhirDocument document, DateTimeOffset at) => expired.Value.In(document, at, this);

    public CodeVerdict InValueSet(string valueSet, string? system, string code)
    {
        try
        {
            if (Set(valueSet) is { } set) return Content(set).Judge(system is null ? null : NameOf(system), code, Now()).Verdict;
        }
        catch (FhirException)
        {
            return CodeVerdict.Unknown;   // what cannot be worked out is not held against a code
        }
        if (OfR4(valueSet) is not { } codes) return CodeVerdict.Unknown;
        return (system is null ? codes.Values.Any(list => list.Contains(code)) : codes.TryGetValue(system, out var of) && of.Contains(code)) ? CodeVerdict.Yes : CodeVerdict.No;
    }

    public CodeVerdict InSystem(string system, string code)
    {
        var table = System(system);
        if (table?.Find(code) is { } concept) return concept.IsExpired(Now()) ? CodeVerdict.Expired : CodeVerdict.Yes;
        if (table is { IsComplete: true }) return CodeVerdict.No;
        return Heard(system, code) is { } one ? one.Validity.IsOver(Now()) ? CodeVerdict.Expired : CodeVerdict.Yes : CodeVerdict.Unknown;
    }

    public IReadOnlyCollection<string>? Below(string system, string code) => System(system) is { IsTree: true } table ? table.Below(code) ?? [] : null;

    public IReadOnlyCollection<string>? Above(string system, string code) => System(system) is { IsTree: true } table ? table.Above(code) ?? [] : null;

    public IReadOnlyCollection<(string System, string Code)>? Expand(string valueSet)
    {
        try
        {
            if (Set(valueSet) is { } set)
            {
                var content = Content(set);
                if (!content.IsListable || content.Members.Count > MostListed) return null;
                return [.. content.Members.GroupBy(m => m.System).SelectMany(group => names.AllOf(group.Key).SelectMany(name => group.Select(m => (name, m.Code))))];
            }
        }
        catch (FhirException)
        {
            return null;
        }
        return OfR4(valueSet) is { } codes ? [.. codes.SelectMany(of => of.Value.Select(code => (of.Key, code)))] : null;
    }

    public IReadOnlyCollection<string> Names(string system, string code)
    {
        if (System(system)?.Find(code) is { } concept) return [.. concept.Designations.Select(d => d.Value).Prepend(concept.Display).OfType<string>()];
        return Heard(system, code)?.Display is { } heard ? [heard] : [];
    }

    /// <summary>System → codes of a value set that R4 itself defines; null when it defines none of that name that can be listed.</summary>
    public static IReadOnlyDictionary<string, string[]>? OfR4(string valueSet)
    {
        var (url, version) = Canonicals.Split(valueSet);
        return version is null or "4.0.1" or "4.0" ? ValueSets.Find(url) : null;
    }

    public ValueSetContent ContentOf(IReadOnlyDictionary<string, string[]> codes) => new ValueSetCompiler(this).Compile(new ValueSetTable
    {
        Includes = [.. codes.Select(of => new ValueSetTable.Rule(of.Key, null, [.. of.Value.Select(c => new ValueSetTable.Listed(c, null, default, []))], [], []))]
    });

    static IEnumerable<string> NamesOf(ValueSetTable set)
    {
        IEnumerable<string?> all = [set.Url, .. set.Identifiers, set.Url is { } url ? Canonicals.Folded(url) : null, set.Name is { } name ? Canonicals.Folded(name) : null];
        return all.OfType<string>().Distinct();
    }

    static void Into<T>(Dictionary<string, List<T>> into, string name, T one)
    {
        if (!into.TryGetValue(name, out var list)) into.Add(name, list = []);
        list.Add(one);
    }
}
