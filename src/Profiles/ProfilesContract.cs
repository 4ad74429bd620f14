using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Profiles;

/// <summary>The profiles that stand in the Store as StructureDefinitions, ready to validate with. They are read when first needed, and again
/// after one was written.</summary>
public sealed class LoadedProfiles
{
    internal const string Kind = "profiles";

    const int PageSize = 200;
    static readonly Agent Reader = new(AgentKind.Steward, "program:profiles", "Profils", null, null, null, 0, 0);

    readonly Func<RecordStore> store;
    readonly Func<AccessDesk> desk;
    readonly ITerminology terminology;
    readonly Lock one = new();
    Task<Validator>? current;

    // The Store asks the rules of the modules and they ask this: it is looked up at the first use, not at the start.
    internal LoadedProfiles(Func<RecordStore> store, Func<AccessDesk> desk, ITerminology terminology) =>
        (this.store, this.desk, this.terminology) = (store, desk, terminology);

    /// <summary>One for all: it knows what was loaded when it was made.</summary>
    public Task<Validator> Validator(CancellationToken stop)
    {
        if (Volatile.Read(ref current) is { IsCompletedSuccessfully: true } there) return there;
        lock (one)
        {
            // What failed, as when the database was away, is tried again.
            if (current is null or { IsFaulted: true } or { IsCanceled: true }) current = Task.Run(() => Load(default), default);
            return current.WaitAsync(stop);
        }
    }

    /// <summary>The same for who cannot await, as where services are made; only the first after a change waits for the reading.</summary>
    internal Validator Ready => Validator(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Something that is loaded was written or deleted.</summary>
    internal void Forget()
    {
        lock (one) current = null;
    }

    async Task<Validator> Load(CancellationToken stop)
    {
        var scope = await desk().Enter(Reader, Purposes.Operation, stop);
        var definitions = new List<ReadOnlyMemory<byte>>();
        string? page = null;
        do
        {
            var query = SearchQuery.Parse("StructureDefinition", Parameters(page), strict: true);
            var found = await store().Search(scope, query, stop);
            definitions.AddRange(found.Matches.Select(match => match.Bytes));
            page = found.NextToken;
        }
        while (page is not null && definitions.Count < ProfileSet.Most);
        // Newest first, and of two of one URL and version the last one read counts: the newest must come last.
        definitions.Reverse();
        return new Validator(ProfileSet.Load(definitions), terminology);
    }

    static IEnumerable<KeyValuePair<string, string>> Parameters(string? page)
    {
        yield return new("_count", PageSize.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (page is not null) yield return new("_page", page);
    }
}

/// <summary>What becomes of a resource that breaks a profile it claims.</summary>
public enum ClaimedProfiles { Warn, Refuse, Off }
