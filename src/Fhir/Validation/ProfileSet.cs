using System.Collections.Concurrent;

namespace Socle.Fhir;

/// <summary>Loaded profiles (StructureDefinitions that constrain a type of R4) and those of R4 itself, found by canonical URL; one that was loaded
/// stands before R4's. Never changes; a new one is made when something is loaded. Rules are made when a profile is first used.</summary>
public sealed class ProfileSet
{
    public const int Most = 20_000;
    const int DeepestChain = 32;

    public static ProfileSet Empty { get; } = new([]);

    readonly Dictionary<string, ProfileSource[]> byUrl;
    readonly Dictionary<string, string> byFrenchName;
    readonly ConcurrentDictionary<string, Profile> made = new(StringComparer.Ordinal);
    readonly HashSet<string> extensions;

    ProfileSet(IEnumerable<ProfileSource> sources)
    {
        byUrl = sources.Concat(BuiltInProfiles.All).GroupBy(s => s.Url, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Reverse().DistinctBy(s => s.Version).OrderBy(s => s.Version, Comparer<string?>.Create(Fhir.Canonical.CompareVersions)).ToArray(), StringComparer.Ordinal);
        byFrenchName = new(StringComparer.Ordinal);
        foreach (var url in byUrl.Keys)
            if (Fhir.Canonical.FrenchName(url) is { } name && (!byFrenchName.TryGetValue(name, out var known) || string.CompareOrdinal(known, url) < 0)) byFrenchName[name] = url;
        extensions = byUrl.Where(p => p.Value[^1].Type == "Extension").Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var source in byUrl.Values.SelectMany(v => v))
            if (source.Differential.Count > 0 && (source.Base is null || IsKnown(source.Base))) source.Snapshot = [];
    }

    /// <summary>What is not a profile is left out; of two of one URL and version the last is meant. Problems: what could not be read.</summary>
    public static ProfileSet Load(IEnumerable<ReadOnlyMemory<byte>> structureDefinitions, ICollection<string>? problems = null)
    {
        var sources = new List<ProfileSource>();
        foreach (var json in structureDefinitions)
        {
            try
            {
                if (ProfileReader.Read(json) is not { } source) continue;
                if (sources.Count == Most)
                {
                    problems?.Add($"More than {Most} profiles: the rest is not loaded.");
                    break;
                }
                sources.Add(source);
            }
            catch (Exception error) when (error is System.Text.Json.JsonException or InvalidOperationException)
            {
                problems?.Add(error.Message);
            }
        }
        return sources.Count == 0 ? Empty : new ProfileSet(sources);
    }

    /// <summary>Canonical URLs of all that was loaded.</summary>
    public IEnumerable<string> Urls => byUrl.Keys.Where(url => !BuiltInProfiles.All.Any(b => b.Url == url));

    public int Count => byUrl.Count - BuiltInProfiles.All.Count;

    internal bool IsExtension(string url) => extensions.Contains(url) || BuiltInProfiles.IsExtension(url);

    /// <summary>Is it a type of R4, or was it loaded, in that version?</summary>
    public bool IsKnown(string canonical) => Fhir.Canonical.CoreType(Fhir.Canonical.WithoutVersion(canonical)) is not null || Find(canonical) is not null;

    /// <summary>Parents and profiles of elements that were not loaded, of all that was: canonical → who names it first.</summary>
    public IReadOnlyDictionary<string, string> Unresolved()
    {
        var missing = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in byUrl.Values.Select(v => v[^1]))
        {
            var named = source.Differential.SelectMany(e => e.Types ?? []).SelectMany(t => t.Profiles.Concat(t.Targets));
            foreach (var canonical in named.Prepend(source.Base ?? "").Where(c => c.Length > 0 && !c.StartsWith('#')))
                if (!IsKnown(canonical)) missing.TryAdd(canonical, source.Url);
        }
        return missing;
    }

    /// <summary>The elements of a profile with all it has of its parents; null when it is not loaded or a parent is missing.</summary>
    public IReadOnlyList<SnapshotElement>? Snapshot(string canonical) =>
        Get(canonical) is { Root: { } root } profile ? SnapshotWriter.Write(root, profile.Type) : null;

    internal Profile? Get(string canonical) => Find(canonical) is { } source ? Make(source, 0) : null;

    internal ProfileSource? Find(string canonical)
    {
        var (url, version) = Fhir.Canonical.Split(canonical);
        if (!byUrl.TryGetValue(url, out var versions))
        {
            if (BuiltInProfiles.Find(url) is { } own) return version is null || own.Version == version || own.Version!.StartsWith(version + ".", StringComparison.Ordinal) ? own : null;
            if (byFrenchName.Count == 0 || Fhir.Canonical.FrenchName(url) is not { } name || !byFrenchName.TryGetValue(name, out var other)) return null;
            // The old and the new name count their versions apart: what is loaded is meant.
            return byUrl[other][^1];
        }
        if (version is null) return versions[^1];
        return Array.Find(versions, v => v.Version == version)
            ?? Array.FindLast(versions, v => v.Version?.StartsWith(version + ".", StringComparison.Ordinal) ?? false)
            ?? Array.Find(versions, v => v.Version is null);
    }

    Profile Make(ProfileSource source, int depth)
    {
        if (made.TryGetValue(source.Canonical, out var profile)) return profile;
        return made.GetOrAdd(source.Canonical, Build(source, depth));
    }

    Profile Build(ProfileSource source, int depth)
    {
        var problems = new List<string>(source.Problems);
        if (depth > DeepestChain) return new(source, null, [$"{source.Canonical}: its parents are a circle, or more than {DeepestChain}."]);
        var coreType = source.Base is null ? source.Type : Fhir.Canonical.CoreType(Fhir.Canonical.WithoutVersion(source.Base));
        if (coreType is not null) return Derive(source, new ElementRule(source.Type, null, source.Type), source.Differential.Count > 0 ? source.Differential : source.Snapshot, problems);
        if (Find(source.Base!) is { } parent && !ReferenceEquals(parent, source))
        {
            var made = Make(parent, depth + 1);
            problems.AddRange(made.Problems);
            if (made.Root is { } root) return Derive(source, root.Copy(), source.Differential, problems);
        }
        else problems.Add($"{source.Canonical}: its parent {source.Base} is not loaded; load it with the package that has it.");
        // A snapshot says all that the missing parent would.
        return source.Snapshot.Count == 0 ? new(source, null, problems) : Derive(source, new ElementRule(source.Type, null, source.Type), source.Snapshot, problems);
    }

    static Profile Derive(ProfileSource source, ElementRule root, IReadOnlyList<ElementSource> elements, List<string> problems)
    {
        new SnapshotBuilder(source, root, problems).Apply(elements);
        return new(source, root, problems);
    }
}
