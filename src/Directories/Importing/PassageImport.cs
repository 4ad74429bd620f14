using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// From ADELI to RPPS: the person of the former number gets the new one and keeps their entry, so that whatever referred to them still does. It
/// comes before the first extract that names the new number.
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
            foreach (var value in IdentifiersOf(stored)) standing.TryAdd(value, stored);
        var trace = new EntryTrace(EntrySystems.AnnuaireSource, "RPPS", "", Run.Day);
        var lines = new List<(LineChange, WriteOp?)>(changes.Count);
        foreach (var change in changes)
        {
            var (now, before) = (change.Line[nationalId], change.Line[former]);
            WriteOp? op = null;
            if (!standing.TryGetValue(before, out var person)) change.Fault = $"Orpheline : {before} n’est pas dans l’annuaire.";
            else if (standing.TryGetValue(now, out var other) && other.Number != person.Number)
                change.Fault = $"{before} et {now} ont chacun une entrée déjà : à rapprocher à la main.";
            else if (EntryMerge.Passage(person.Bytes, before, Json.Practitioner(new(now, "", "", "", ""), trace)) is { } merged) op = Update(person, merged);
            if (person is not null) change.Person = person.Number;
            lines.Add((change, op));
        }
        await Run.WriteLines(lines, (_, _) => { }, stop);
    }

    // What was passed stays so, whatever a later table says no more.
    public override Task Remove(IReadOnlyList<KnownLine> gone, Action<Unit, IReadOnlyList<KnownLine>> keep, CancellationToken stop) =>
        Run.WriteWith([], unit => keep(unit, gone), stop);
}
