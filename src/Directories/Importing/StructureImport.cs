using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// FINESS: places (« structureet ») and legal entities (« structureej »). It answers for its structures: what an activity told of them before is
/// written over. A place whose legal entity is not known makes that one by its number; its own extract says the rest.
/// </summary>
sealed class StructureImport : ExtractImport
{
    readonly Structures structures;
    readonly bool isLegal;
    readonly int number, legal, shortName, longName, complement, delivery, streetNumber, streetType, street, streetMore, postBox, town, department, postLine, phone, fax,
        category, categoryText, siret, siren, activity, status, opened, closed, former;

    public StructureImport(ImportRun run) : base(run)
    {
        structures = new(run, Json);
        isLegal = run.Kind == ExtractKind.LegalEntities;
        (number, legal) = (At(isLegal ? "nofiness" : "nofinesset"), At("nofinessej"));
        (shortName, longName, complement, delivery) = (At("rs"), At("rslongue"), At("complrs"), At("compldistrib"));
        (streetNumber, streetType, street, streetMore, postBox) = (At("numvoie"), At("typvoie"), At("voie"), At("compvoie"), At("lieuditbp"));
        (town, department, postLine, phone, fax) = (At("commune"), At("departement"), At("ligneacheminement"), At("telephone"), At("telecopie"));
        (category, categoryText, siret, siren, activity) = (At("categetab"), At("libcategetab"), At("siret"), At("siren"), At("codeape"));
        (status, opened, closed, former) = (At("statutjuridique"), At(isLegal ? "datecrea" : "dateouv"), At("datefermeture"), At("ancienfiness"));
    }

    public override string Together(ExtractLine line) => line[number];

    public override string IdentityOf(ExtractLine line) => line[number];

    public override string LabelOf(ExtractLine line) => $"{line[number]} · {line[shortName]}";

    public override string? FaultOf(ExtractLine line)
    {
        if (Finess.Check(line[number]) is var check && check != IdentifierCheck.Right)
            return check == IdentifierCheck.WrongKey ? $"Le numéro FINESS {line[number]} a une clé fausse." : $"Le numéro FINESS « {line[number]} » n’en est pas un.";
        if (line[legal] is { Length: > 0 } entity && Finess.Check(entity) != IdentifierCheck.Right) return $"Le numéro FINESS de l’entité juridique {entity} est faux.";
        return line[shortName].Length + line[longName].Length == 0 ? $"La structure {line[number]} n’a pas de nom." : null;
    }

    public override async Task Write(IReadOnlyList<LineChange> changes, CancellationToken stop)
    {
        structures.MakeRoom();
        var trace = new EntryTrace(EntrySystems.FinessSource, "FINESS", "", Run.Day);
        var entities = changes.Select(change => change.Line[legal]).Distinct().Where(entity => entity.Length > 0 && structures.IsAsked("1" + entity, false))
            .Select(entity => new WantedStructure(new("1" + entity, "") { IsLegal = true, Finess = entity }, trace, false));
        await structures.Ensure(entities, byFiness: false, stop);
        await structures.Ensure(changes.Select(change => new WantedStructure(FactsOf(change.Line), trace, true)), byFiness: true, stop);
        foreach (var change in changes) change.Role = structures.Number("1" + change.Line[number]);
        await Run.WriteLines([.. changes.Select(change => (change, (WriteOp?)null))], (_, _) => { }, stop);
    }

    public override async Task Remove(IReadOnlyList<KnownLine> gone, Action<Unit, IReadOnlyList<KnownLine>> keep, CancellationToken stop)
    {
        var ops = new List<WriteOp>();
        var places = await Read("Organization", gone.Select(line => line.Role), stop);
        foreach (var line in gone)
            if (places.GetValueOrDefault(line.Role) is { } standing && EntryMerge.Ended(standing.Bytes, null) is { } ended) ops.Add(Update(standing, ended));
        await Run.WriteWith(ops, unit => keep(unit, gone), stop);
    }

    StructureFacts FactsOf(ExtractLine line)
    {
        var post = line[postLine];
        var hasCode = post.Length > 6 && post.AsSpan(0, 5).IndexOfAnyExceptInRange('0', '9') < 0 && post[5] == ' ';
        return new("1" + line[number], line[longName].Length > 0 ? line[longName] : line[shortName])
        {
            Sign = line[shortName],
            Finess = line[number],
            IsLegal = isLegal,
            Siret = line[siret],
            Siren = line[siren],
            Former = line[former].Length > 0 ? "1" + line[former] : "",
            Category = line[category],
            CategoryText = line[categoryText],
            LegalStatus = line[status],
            Activity = line[activity],
            AddressLines = [.. ((string[])[line[complement], line[delivery], $"{line[streetNumber]} {line[streetType]} {line[street]} {line[streetMore]}".Replace("  ", " ", StringComparison.Ordinal).Trim(), line[postBox]]).Where(text => text.Length > 0)],
            PostCode = hasCode ? post[..5] : "",
            Town = hasCode ? post[6..] : post,
            TownCode = line[department].Length == 2 && line[town].Length == 3 ? line[department] + line[town] : line[town],
            Telecom = [.. new[] { ("phone", line[phone]), ("fax", line[fax]) }.Where(one => one.Item2.Length > 0)],
            Opened = IsDay(line[opened]) ? line[opened] : "",
            Closed = IsDay(line[closed]) ? line[closed] : "",
            PartOf = line[legal] is { Length: > 0 } entity ? structures.Reference("1" + entity) : null
        };
    }

    static bool IsDay(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out _);
}
