using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// $lastn: of each kind of observation the newest few. Codes with one coding in common are one kind, through translations too; a
/// code in words only is its own.
/// </summary>
sealed class LastOfEach(StoreParts parts)
{
    const int MostAnswered = 1_000;

    /// <param name="query">Sorted by date, newest first.</param>
    public async Task<IReadOnlyList<Stored>> Find(Scope scope, SearchQuery query, int most, CancellationToken stop)
    {
        Demand.Allowed(scope, query.ResourceType, Interaction.Search);
        var found = await parts.Budget.Run([query], async limit =>
        {
            var kinds = new Kinds(most);
            var order = 0;
            await foreach (var hit in parts.Searching.Hits(scope, Ask.Of(query), null, SearchResources.MostCount, limit))
            {
                kinds.Add(await parts.Searching.Open(hit, limit), order++);
                if (kinds.Kept > MostAnswered * 2) throw new TooBroad();
            }
            var kept = kinds.InOrder();
            return kept.Count <= MostAnswered ? kept : throw new TooBroad();
        }, stop);
        await parts.Trace.Release(scope, "lastn", query.ResourceType, found, stop);
        return parts.Trace.Outgoing(scope, found);
    }

    sealed class Kinds(int most)
    {
        readonly Dictionary<string, Kind> byCode = new(StringComparer.Ordinal);

        public int Kept { get; private set; }

        public void Add(Stored stored, int order)
        {
            using var document = FhirDocument.Parse(stored.Bytes);
            var codes = CodesOf(document.Root["code"]);
            var met = codes.Select(code => byCode.GetValueOrDefault(code)).OfType<Kind>().Distinct().ToList();
            var kind = met.Count == 0 ? new Kind() : met[0];
            foreach (var other in met.Skip(1)) Merge(kind, other);
            foreach (var code in codes) Name(kind, code);
            if (kind.Newest.Count == most) return;
            kind.Newest.Add((order, stored));
            Kept++;
        }

        /// <summary>Kind after kind, the one with the newest observation first.</summary>
        public IReadOnlyList<Stored> InOrder() =>
            [.. byCode.Values.Distinct().OrderBy(kind => kind.Newest[0].Order).SelectMany(kind => kind.Newest).Select(entry => entry.Stored)];

        // One observation says two codes are the same: what was two kinds is one, and keeps the newest of both.
        void Merge(Kind into, Kind other)
        {
            var before = into.Newest.Count + other.Newest.Count;
            var together = into.Newest.Concat(other.Newest).OrderBy(entry => entry.Order).Take(most).ToList();
            into.Newest.Clear();
            into.Newest.AddRange(together);
            Kept -= before - together.Count;
            foreach (var code in other.Codes) Name(into, code);
        }

        void Name(Kind kind, string code)
        {
            byCode[code] = kind;
            kind.Codes.Add(code);
        }

        static List<string> CodesOf(FhirNode concept)
        {
            var codes = new List<string>();
            foreach (var coding in concept.All("coding"))
                if (coding["code"].Text is { } code) codes.Add($"{coding["system"].Text}|{code}");
            if (codes.Count == 0) codes.Add("text|" + (concept["text"].Text ?? ""));
            return codes;
        }
    }

    sealed class Kind
    {
        public List<(int Order, Stored Stored)> Newest { get; } = [];
        public HashSet<string> Codes { get; } = new(StringComparer.Ordinal);
    }
}
