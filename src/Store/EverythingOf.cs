using System.Globalization;
using System.Text;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// $everything of a patient or an encounter: the record range by range, then what stands elsewhere and refers to it, with the entries of
/// the shared space that each page refers to. A page is bounded in number and in bytes, whatever the record holds.
/// </summary>
sealed class EverythingOf(StoreParts parts)
{
    const int DefaultCount = 50, MostCount = 200, MostIncluded = 500, MostBytes = 8 << 20, Rounds = 3;
    const string Purpose = "store.everything";

    public async Task<EverythingPage?> Page(Scope scope, string compartment, string id, EverythingQuery query, CancellationToken stop)
    {
        Demand.Allowed(scope, compartment, Interaction.Read);
        if (await parts.Rows.Find(scope, compartment, id, stop) is not { } head) return null;
        if (head.Deleted) throw StoreRefusals.Deleted.With();
        List<string> names = [(await parts.Rows.Open(head, stop)).Reference, parts.Ids.Reference(head.Place)];
        List<Place> records = [head.Place];
        await parts.Persons.Widen(scope, names, records, stop);
        var run = new Run(parts, scope, query, head, [.. names.Distinct()], [.. records.Select(place => place.Patient).Order()]);
        var subject = $"{scope.Agent.Id}\n{compartment}/{id}";
        var (released, last) = await run.Next(After(subject, query.PageToken), Math.Clamp(query.Count ?? DefaultCount, 1, MostCount), stop);

        var linked = new Linked(parts, scope);
        foreach (var stored in released) linked.Skip(new(stored.Type, stored.PatientKey, stored.Number));
        var included = await linked.From(released, Rounds, MostIncluded, place => run.Brings(place), stop);
        await parts.Trace.Release(scope, "everything", $"{compartment}/{id}", released.Concat(included), stop);
        return new(parts.Trace.Outgoing(scope, released), parts.Trace.Outgoing(scope, included), last is null ? null : Token(subject, last));
    }

    string Token(string subject, Position last) => parts.Keys.SealToken(Purpose, Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{parts.Keys.Hash(Purpose, subject)} {last.Phase} {last.Type} {last.Patient} {last.Number}")));

    Position After(string subject, string? token)
    {
        if (token is null) return new(0, 0, 0, 0);
        if (!parts.Keys.TryOpenToken(Purpose, token, out var plain)) throw StoreRefusals.BadPageToken.With();
        long[] numbers = [.. Encoding.UTF8.GetString(plain).Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        if (numbers[0] != parts.Keys.Hash(Purpose, subject)) throw StoreRefusals.BadPageToken.With();
        return new(numbers[1], numbers[2], numbers[3], numbers[4]);
    }

    /// <param name="Phase">0 the record itself, 1 what refers to it from elsewhere.</param>
    sealed record Position(long Phase, long Type, long Patient, long Number)
    {
        public static Position Of(long phase, HeadRow row) => new(phase, row.Type, row.Patient, row.Number);
    }

    sealed class Run(StoreParts parts, Scope scope, EverythingQuery query, HeadRow focus, List<string> named, long[] records)
    {
        const int Chunk = 64;
        readonly bool isPatient = focus.Place is { Type: "Patient" } place && PatientKeys.IsPerson(place.Patient);
        readonly long since = Rows.Since(query.Since);
        readonly long[] types = [.. scope.Types.ReadableTypes(Interaction.Search)
            .Where(type => query.Types is null || query.Types.Contains(Definitions.TypeName((int)type)))];

        /// <summary>What is brought along although it is not in the compartment: the shared space, and whom an encounter is about.</summary>
        public bool Brings(Place place) =>
            (place.Patient == 0 || !isPatient && place.Type == "Patient") && (query.Types is null || query.Types.Contains(place.Type));

        /// <summary>A page, and the place of its last resource when more follow.</summary>
        public async Task<(List<Stored> Page, Position? Last)> Next(Position after, int count, CancellationToken stop)
        {
            var page = new List<Stored>();
            var (bytes, last) = (0, after);
            await foreach (var (position, row) in From(after, Math.Min(count + 1, Chunk), stop))
            {
                if (page.Count == count || bytes > MostBytes) return (page, last);
                last = position;
                if (row.Updated < since) continue;
                var stored = await parts.Rows.Open(row, stop);
                if (!Belongs(position.Phase, stored)) continue;
                page.Add(stored);
                bytes += stored.Bytes.Length;
            }
            return (page, null);
        }

        async IAsyncEnumerable<(Position, HeadRow)> From(
            Position after, int chunk, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
        {
            if (types.Length == 0) yield break;
            if (!isPatient && after is { Phase: 0, Number: 0 } && types.Contains(focus.Type)) yield return (Position.Of(0, focus), focus);
            for (var at = after; at.Phase == 0 && isPatient;)
            {
                var rows = await Record(at, chunk, stop);
                foreach (var row in rows) yield return (at = Position.Of(0, row), row);
                if (rows.Count < chunk) break;
            }
            var link = after.Phase == 1 ? after : new(1, 0, long.MinValue, 0);
            while (true)
            {
                var rows = await Referring(link, chunk, stop);
                foreach (var row in rows) yield return (link = Position.Of(1, row), row);
                if (rows.Count < chunk) yield break;
            }
        }

        // One record, or all of those that were merged.
        Task<List<HeadRow>> Record(Position after, int chunk, CancellationToken stop) => parts.Scoped.Query(scope, visible => $"""
            select {Rows.Columns} from store_resource r
            where r.patient in {records} and (r.patient, r.number) > ({after.Patient}, {after.Number}) and r.deleted = 0 and +r.type in {types} and {visible}
            order by r.patient, r.number limit {(long)chunk}
            """, Rows.Read, stop);

        Task<List<HeadRow>> Referring(Position after, int chunk, CancellationToken stop)
        {
            long[] own = isPatient ? records : [long.MinValue];   // these ranges were given out already
            long[] targets = [.. named.Where(name => name.Contains('/', StringComparison.Ordinal)).Select(parts.Hashes.OfTarget)];
            return parts.Scoped.Query(scope, visible => $"""
                select {Rows.Columns} from store_reference f join store_resource r on r.patient = f.patient and r.number = f.number
                where f.target in {targets} and f.patient not in {own}
                    and (f.type, f.patient, f.number) > ({after.Type}, {after.Patient}, {after.Number})
                    and r.deleted = 0 and +r.type in {types} and {visible}
                order by f.type, f.patient, f.number limit {(long)chunk}
                """, Rows.Read, stop);
        }

        // Elsewhere only what is in the compartment counts, not any mention; and the care must fall into the period asked for.
        bool Belongs(long phase, Stored stored)
        {
            if (phase == 0 && query.Care is null) return true;
            using var document = FhirDocument.Parse(stored.Bytes);
            var values = new List<IndexValue>();
            Indexer.Extract(document, values);
            return (phase == 0 || InCompartment(stored.Type, values)) && InPeriod(stored.Type, values);
        }

        bool InCompartment(string type, List<IndexValue> values)
        {
            var codes = Definitions.Compartment(focus.Place.Type, type);
            return values.Exists(value => value.Kind == SearchKind.Reference && codes.Contains(value.Param.Code) && value.Text is { } text
                && named.Contains(Ids.WithoutVersion(text)));
        }

        // What has no date of care (the person, an allergy without one) is part of every period.
        bool InPeriod(string type, List<IndexValue> values)
        {
            if (query.Care is not { } care || type == "Patient" || MainParameters.Of(type).Date is not { } date) return true;
            var dates = values.Where(value => value.Kind == SearchKind.Date && value.Param == date).ToList();
            return dates.Count == 0 || dates.Exists(value => value.Low < care.High && value.High > care.Low);
        }
    }
}
