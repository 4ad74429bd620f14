using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// From ADELI to RPPS: the person of the former number gets the new one and keeps their entry, so that whatever referred to them still does. Where
/// an extract has named the new number before, two entries stand: they become one, the elder, with the situations of both.
/// </summary>
sealed class PassageImport : ExtractImport
{
    readonly int nationalId, former;

    public PassageImport(ImportRun run) : base(run) => (nationalId, former) = (At(ExtractColumns.NationalId), At(ExtractColumns.FormerNationalId));

    public override string Together(ExtractLine line) => "";

    public override string IdentityOf(ExtractLine line) => line[former];

    public override string LabelOf(ExtractLine line) => $"{line[former]} → {line[nationalId]}";

    public override string? FaultOf(ExtractLine line) =>
        NationalId.Check(line[nationalId]) != IdentifierCheck.Right ? $"L’identifiant national « {line[nationalId]} » est faux."
        : NationalId.Check(line[former]) == IdentifierCheck.Malformed ? $"L’ancien identifiant « {line[former]} » n’en est pas un." : null;

    public override async Task Write(IReadOnlyList<LineChange> changes, CancellationToken stop)
    {
        var asked = changes.SelectMany(change => (string[])[change.Line[nationalId], change.Line[former]]).ToHashSet(StringComparer.Ordinal);
        var standing = new Dictionary<string, Stored>(StringComparer.Ordinal);
        foreach (var stored in await Run.Records.SharedByIdentifier(Run.Scope, "Practitioner", asked, stop))
            foreach (var value in EntryMerge.IsReplaced(stored.Bytes) ? [] : IdentifiersOf(stored)) standing.TryAdd(value, stored);
        var trace = new EntryTrace(EntrySystems.AnnuaireSource, "RPPS", "", Run.Day);
        var lines = new List<(LineChange, WriteOp?)>(changes.Count);
        foreach (var change in changes)
        {
            var (now, before) = (change.Line[nationalId], change.Line[former]);
            WriteOp? op = null;
            if (!standing.TryGetValue(before, out var person)) change.Fault = $"Orpheline : {before} n’est pas dans l’annuaire.";
            else if (standing.TryGetValue(now, out var other) && other.Number != person.Number) await Join(person, before, other, stop);
            else if (EntryMerge.Passage(person.Bytes, before, Json.Practitioner(new(now, "", "", "", ""), trace)) is { } merged) op = Update(person, merged);
            if (person is not null) change.Person = person.Number;
            lines.Add((change, op));
        }
        await Run.WriteLines(lines, (_, _) => { }, stop);
    }

    // What refers to the younger entry finds in it which one goes on; the lines that made it are of the elder from now on.
    async Task Join(Stored elder, string former, Stored younger, CancellationToken stop)
    {
        var ops = new List<WriteOp>
        {
            Update(elder, EntryMerge.Joined(elder.Bytes, former, younger.Bytes)),
            Update(younger, EntryMerge.Replaced(EntryMerge.Resumed(younger.Bytes) ?? younger.Bytes, elder.Reference)!)
        };
        await foreach (var role in EntryReading.Roles(Run.Scope, Run.Records, younger, stop)) ops.Add(Update(role, EntryMerge.Of(role.Bytes, elder.Reference)));
        await Run.WriteWith(ops, unit => DirectoriesStore.Join(unit, elder.Number, younger.Number), stop);
    }

    public override Task Done(CancellationToken stop) => Run.Repoint(stop);

    // What was passed stays so, whatever a later table says no more.
    public override Task Remove(IReadOnlyList<KnownLine> gone, Action<Unit, IReadOnlyList<KnownLine>> keep, CancellationToken stop) =>
        Run.WriteWith([], unit => keep(unit, gone), stop);
}
