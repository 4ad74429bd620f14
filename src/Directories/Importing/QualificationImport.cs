using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>« Diplômes et autorisations d'exercice » and « savoir-faire »: lines about people who stand in the directory already.</summary>
sealed class QualificationImport : ExtractImport
{
    readonly int nationalId, degreeType, degree, degreeText, authorisationType, authorisationField, skillType, skill, skillText;

    public QualificationImport(ImportRun run) : base(run)
    {
        nationalId = At(ExtractColumns.NationalId);
        (degreeType, degree, degreeText) = (At(ExtractColumns.DegreeType), At(ExtractColumns.Degree), At(ExtractColumns.DegreeText));
        (authorisationType, authorisationField) = (At(ExtractColumns.AuthorisationType), At(ExtractColumns.AuthorisationField));
        (skillType, skill, skillText) = (At(ExtractColumns.SkillType), At(ExtractColumns.Skill), At(ExtractColumns.SkillText));
    }

    public override string Together(ExtractLine line) => line[nationalId];

    public override string IdentityOf(ExtractLine line) =>
        $"{line[nationalId]}|{line[degreeType]}|{line[degree]}|{line[authorisationType]}|{line[authorisationField]}|{line[skillType]}|{line[skill]}";

    public override string LabelOf(ExtractLine line) => $"{line[nationalId]} · {line[degree]}{line[skill]}{line[authorisationType]}";

    public override string? FaultOf(ExtractLine line) => NationalId.Check(line[nationalId]) switch
    {
        IdentifierCheck.WrongKey => $"L’identifiant national {line[nationalId]} a une clé fausse.",
        IdentifierCheck.Malformed => $"L’identifiant national « {line[nationalId]} » n’en est pas un.",
        _ => FactsOf(line).Length == 0 ? $"{line[nationalId]} : ni diplôme, ni autorisation, ni savoir-faire." : null
    };

    public override async Task Write(IReadOnlyList<LineChange> changes, CancellationToken stop)
    {
        var people = changes.GroupBy(change => change.Line[nationalId], StringComparer.Ordinal).ToDictionary(group => group.Key, StringComparer.Ordinal);
        var standing = new Dictionary<string, Stored>(StringComparer.Ordinal);
        foreach (var stored in await Run.Records.SharedByIdentifier(Run.Scope, "Practitioner", people.Keys, stop))
            foreach (var value in IdentifiersOf(stored))
                if (people.ContainsKey(value)) standing.TryAdd(value, stored);
        var lines = new List<(LineChange, WriteOp?)>(changes.Count);
        foreach (var (id, ofPerson) in people)
        {
            foreach (var change in ofPerson)
            {
                change.Facts = FactsOf(change.Line);
                if (standing.TryGetValue(id, out var person)) change.Person = person.Number;
                else change.Fault = $"Orpheline : {id} n’est pas dans l’annuaire.";
            }
            // The entry is written with the first of the person's lines.
            var op = standing.TryGetValue(id, out var stored) && EntryMerge.Qualifications(stored.Bytes, Json.Practitioner(PersonOf(ofPerson), Trace())) is { } merged ? Update(stored, merged) : null;
            foreach (var change in ofPerson)
            {
                lines.Add((change, op));
                op = null;
            }
        }
        await Run.WriteLines(lines, (_, _) => { }, stop);
    }

    public override async Task Remove(IReadOnlyList<KnownLine> gone, Action<Unit, IReadOnlyList<KnownLine>> keep, CancellationToken stop)
    {
        var ops = new List<WriteOp>();
        var people = await Read("Practitioner", gone.Select(line => line.Person), stop);
        foreach (var person in gone.GroupBy(line => line.Person))
        {
            var facts = person.SelectMany(line => line.Facts.Split(' ')).ToHashSet(StringComparer.Ordinal);
            if (people.GetValueOrDefault(person.Key) is { } standing
                && EntryMerge.Without(standing.Bytes, (system, code) => facts.Contains($"{system}|{code}")) is { } body) ops.Add(Update(standing, body));
        }
        await Run.WriteWith(ops, unit => keep(unit, gone), stop);
    }

    EntryTrace Trace() => new(EntrySystems.AnnuaireSource, "RPPS", "", Run.Day);

    PersonFacts PersonOf(IGrouping<string, LineChange> lines)
    {
        var person = new PersonFacts(lines.Key, "", "", "", "");
        foreach (var line in lines.Select(change => change.Line))
        {
            if (line[degree].Length > 0) person.Degrees.Add((line[degreeType], line[degree], line[degreeText]));
            if (line[authorisationType].Length > 0) person.Authorisations.Add((line[authorisationType], line[authorisationField]));
            if (line[skill].Length > 0) person.Skills.Add((line[skillType], line[skill], line[skillText]));
        }
        return person;
    }

    // The coding by which the qualification is known again when its line goes.
    string FactsOf(ExtractLine line) => line[degree].Length > 0 ? $"{EntrySystems.Degree}|{line[degree]}"
        : line[authorisationType].Length > 0 ? $"{EntrySystems.AuthorisationType}|{line[authorisationType]}"
        : line[skill].Length > 0 ? $"{EntrySystems.OfSkill(line[skillType])}|{line[skill]}" : "";
}
