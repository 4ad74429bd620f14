using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// « Personne-activité »: a line is one situation of practice, with the person and the structure told again on each. A line without a mode
/// of practice is of a person who does not practise at present.
/// </summary>
sealed class ActivityImport : ExtractImport
{
    // SIRET numbers of La Poste have no Luhn key (INSEE).
    const string LaPoste = "356000000";

    const int PeopleAtOnce = 500;

    readonly Structures structures;
    readonly HashSet<long> left = [];
    readonly int nationalId, exerciseCivility, civility, family, given, profession, professionText, category, skillType, skill, skillText, mode, siret, siren, finess,
        legalFiness, structureId, formerStructure, structureName, sign, addressee, place, streetNumber, streetRepeat, streetType, street, postBox, cedex, postCode,
        townCode, town, phone, phone2, fax, email, authority, sector, sectorText, section, function, functionText, genre, begins, ends;
    readonly int[] identity;

    public ActivityImport(ImportRun run) : base(run)
    {
        structures = new(run, Json);
        (nationalId, exerciseCivility, civility) = (At(ExtractColumns.NationalId), At(ExtractColumns.ExerciseCivility), At(ExtractColumns.Civility));
        (family, given) = (At(ExtractColumns.Family), At(ExtractColumns.Given));
        (profession, professionText, category) = (At(ExtractColumns.Profession), At(ExtractColumns.ProfessionText), At(ExtractColumns.Category));
        (skillType, skill, skillText) = (At(ExtractColumns.SkillType), At(ExtractColumns.Skill), At(ExtractColumns.SkillText));
        (mode, siret, siren, finess) = (At(ExtractColumns.Mode), At(ExtractColumns.Siret), At(ExtractColumns.Siren), At(ExtractColumns.Finess));
        (legalFiness, structureId, formerStructure) = (At(ExtractColumns.LegalFiness), At(ExtractColumns.StructureId), At(ExtractColumns.FormerStructureId));
        (structureName, sign, addressee, place) = (At(ExtractColumns.StructureName), At(ExtractColumns.Sign), At(ExtractColumns.Addressee), At(ExtractColumns.Place));
        (streetNumber, streetRepeat, streetType, street) =
            (At(ExtractColumns.StreetNumber), At(ExtractColumns.StreetRepeat), At(ExtractColumns.StreetType), At(ExtractColumns.Street));
        (postBox, cedex, postCode, townCode, town) =
            (At(ExtractColumns.PostBox), At(ExtractColumns.Cedex), At(ExtractColumns.PostCode), At(ExtractColumns.TownCode), At(ExtractColumns.Town));
        (phone, phone2, fax, email) = (At(ExtractColumns.Phone), At(ExtractColumns.Phone2), At(ExtractColumns.Fax), At(ExtractColumns.Email));
        (authority, sector, sectorText, section) =
            (At(ExtractColumns.Authority), At(ExtractColumns.Sector), At(ExtractColumns.SectorText), At(ExtractColumns.PharmacySection));
        (function, functionText, genre, begins, ends) =
            (At(ExtractColumns.Function), At(ExtractColumns.FunctionText), At(ExtractColumns.Genre), At(ExtractColumns.Begins), At(ExtractColumns.Ends));
        identity = [nationalId, profession, category, skillType, skill, mode, structureId, finess, siret, sector, section, function, genre, begins];
    }

    public override string Together(ExtractLine line) => line[nationalId];

    public override string IdentityOf(ExtractLine line) => line.Joined(identity);

    public override string LabelOf(ExtractLine line) => $"{line[nationalId]} · {line[profession]} {line[mode]} · {StructureKey(line) ?? "–"}";

    public override string? FaultOf(ExtractLine line)
    {
        var person = line[nationalId];
        if (NationalId.Check(person) is var check && check != IdentifierCheck.Right)
            return check == IdentifierCheck.WrongKey ? $"L’identifiant national {person} a une clé fausse." : $"L’identifiant national « {person} » n’en est pas un.";
        if (line[family].Length == 0) return $"{person} n’a pas de nom.";
        if (line[profession].Length == 0) return $"{person} n’a pas de profession.";
        if (line[finess] is { Length: > 0 } number && Finess.Check(number) != IdentifierCheck.Right) return $"Le numéro FINESS {number} est faux.";
        if (line[legalFiness] is { Length: > 0 } legal && Finess.Check(legal) != IdentifierCheck.Right) return $"Le numéro FINESS {legal} est faux.";
        if (line[siret] is { Length: > 0 } site && !site.StartsWith(LaPoste, StringComparison.Ordinal) && Fhir.StructureId.Check("3" + site) != IdentifierCheck.Right)
            return $"Le numéro SIRET {site} est faux.";
        if (Day(line[begins]) is not { } from || Day(line[ends]) is not { } until) return $"Une date ne se lit pas : « {line[begins]} » « {line[ends]} ».";
        return until.Length > 0 && string.CompareOrdinal(until, from) < 0 ? $"La fin ({line[ends]}) vient avant le début ({line[begins]})." : null;
    }

    public override async Task Write(IReadOnlyList<LineChange> changes, CancellationToken stop)
    {
        structures.MakeRoom();
        await Ensure(changes, stop);
        await People(changes, stop);
        var standing = await Read("PractitionerRole", changes.Select(change => change.Role), stop);
        var lines = new List<(LineChange, WriteOp?)>(changes.Count);
        foreach (var change in changes)
        {
            change.Facts = FactsOf(change.Line);
            var isOfRole = change.Fault is null && IsPractising(change.Line);
            lines.Add((change, isOfRole ? RoleOf(change, standing.GetValueOrDefault(change.Role)) : null));
        }
        await Run.WriteLines(lines, (change, result) => change.Role = result.Stored.Number, stop);
    }

    public override async Task Remove(IReadOnlyList<KnownLine> gone, Action<Unit, IReadOnlyList<KnownLine>> keep, CancellationToken stop)
    {
        var ops = new List<WriteOp>();
        var standing = await Read("PractitionerRole", gone.Select(line => line.Role), stop);
        foreach (var line in gone)
        {
            left.Add(line.Person);
            if (standing.GetValueOrDefault(line.Role) is { } role && EntryMerge.Ended(role.Bytes, Run.Day) is { } ended) ops.Add(Update(role, ended));
        }
        await Run.WriteWith(ops, unit => keep(unit, gone), stop);
    }

    // A person of whom no line is left is inactive; of others a profession may have gone with the line.
    public override async Task AfterRemovals(IAsyncEnumerable<(long Slot, long Person, string Facts)> all, CancellationToken stop)
    {
        var facts = left.ToDictionary(person => person, _ => new HashSet<string>(StringComparer.Ordinal));
        await foreach (var (_, person, told) in all)
            if (facts.TryGetValue(person, out var theirs)) theirs.UnionWith(told.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        foreach (var some in facts.Chunk(PeopleAtOnce))
        {
            var people = await Read("Practitioner", some.Select(one => one.Key), stop);
            var ops = new List<WriteOp>();
            foreach (var (person, theirs) in some)
            {
                if (people.GetValueOrDefault(person) is not { } standing) continue;
                var body = theirs.Count == 0 ? EntryMerge.Ended(standing.Bytes, null)
                    : EntryMerge.Without(standing.Bytes, (system, code) => system == EntrySystems.Profession && !theirs.Contains(code));
                if (body is not null) ops.Add(Update(standing, body));
            }
            await Run.WriteEntries(ops, stop);
        }
    }

    async Task Ensure(IReadOnlyList<LineChange> changes, CancellationToken stop)
    {
        var legal = changes.Select(change => (Number: change.Line[legalFiness], change.Line)).Where(one => one.Number.Length > 0 && structures.IsAsked("1" + one.Number, false))
            .DistinctBy(one => one.Number).Select(one => new WantedStructure(new("1" + one.Number, "") { IsLegal = true, Finess = one.Number }, Trace(one.Line, ""), false));
        await structures.Ensure(legal, byFiness: false, stop);
        await structures.Ensure(changes.Where(change => StructureKey(change.Line) is { } key && structures.IsAsked(key, !change.IsNew))
            .Select(change => new WantedStructure(StructureOf(change.Line), Trace(change.Line, change.Line[authority]), !change.IsNew)), byFiness: false, stop);
        foreach (var change in changes)
            if (StructureKey(change.Line) is { } key && structures.Reference(key) is null)
                change.Fault = $"Orpheline : la structure {key} n’est ni nommée ici ni connue.";
    }

    async Task People(IReadOnlyList<LineChange> changes, CancellationToken stop)
    {
        var people = changes.Where(change => change.Fault is null).GroupBy(change => change.Line[nationalId], StringComparer.Ordinal).ToList();
        var standing = new Dictionary<string, Stored>(StringComparer.Ordinal);
        var wanted = people.Select(person => person.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var stored in await Run.Records.SharedByIdentifier(Run.Scope, "Practitioner", wanted, stop))
            foreach (var value in EntryMerge.IsReplaced(stored.Bytes) ? [] : IdentifiersOf(stored))
                if (wanted.Contains(value)) standing.TryAdd(value, stored);
        var (ops, of) = (new List<WriteOp>(), new List<IGrouping<string, LineChange>>());
        foreach (var person in people)
        {
            var fresh = Json.Practitioner(PersonOf(person), Trace(person.First().Line, person.First().Line[authority]));
            var stored = standing.GetValueOrDefault(person.Key);
            if (stored is not null) foreach (var change in person) change.Person = stored.Number;
            if (stored is null) ops.Add(Create(fresh));
            else if (EntryMerge.Person(stored.Bytes, fresh) is { } merged) ops.Add(Update(stored, merged));
            else continue;
            of.Add(person);
        }
        var results = await Run.WriteEntries(ops, stop);
        for (var i = 0; i < of.Count; i++)
            foreach (var change in of[i]) change.Person = results[i].Stored.Number;
    }

    WriteOp? RoleOf(LineChange change, Stored? standing)
    {
        var line = change.Line;
        var structure = StructureKey(line) is { } key ? structures.Reference(key) : null;
        var fresh = Json.Role(new($"Practitioner/{Run.Records.IdOf(0, change.Person)}", structure, line[genre], line[mode], line[function], line[functionText], line[section],
            Day(line[begins]) ?? "", Day(line[ends]) ?? "") { Telecom = structure is null ? Telecom(line) : [] }, Trace(line, line[authority]));
        if (standing is null) return Create(fresh);
        return EntryMerge.Role(standing.Bytes, fresh) is { } merged ? Update(standing, merged) : null;
    }

    PersonFacts PersonOf(IEnumerable<LineChange> lines)
    {
        var first = lines.Last().Line;
        var person = new PersonFacts(first[nationalId], first[family], first[given], Last(lines, civility), Last(lines, exerciseCivility));
        foreach (var line in lines.Select(change => change.Line))
        {
            if (!person.Professions.Any(one => one.Code == line[profession] && one.Category == line[category]))
                person.Professions.Add((line[profession], line[professionText], line[category]));
            if (line[skill].Length > 0 && !person.Skills.Any(one => one.Code == line[skill] && one.Type == line[skillType]))
                person.Skills.Add((line[skillType], line[skill], line[skillText]));
        }
        return person;
    }

    // A student's line has no title of practice, though the person may have one by another profession.
    static string Last(IEnumerable<LineChange> lines, int column) => lines.Select(change => change.Line[column]).LastOrDefault(text => text.Length > 0) ?? "";

    StructureFacts StructureOf(ExtractLine line) => new(StructureKey(line)!, line[structureName].Length > 0 ? line[structureName] : line[sign])
    {
        Sign = line[sign],
        Finess = line[finess],
        Siret = line[siret],
        Siren = line[siren],
        Former = FormerKey(line[formerStructure]),
        Sector = line[sector],
        SectorText = line[sectorText],
        AddressLines = [.. ((string[])[line[addressee], line[place], Words(line[streetNumber], line[streetRepeat], line[streetType], line[street]), line[postBox]]).Where(text => text.Length > 0)],
        PostCode = line[postCode],
        Town = line[town].Length > 0 ? line[town] : line[cedex],
        TownCode = line[townCode],
        Telecom = Telecom(line),
        PartOf = line[legalFiness] is { Length: > 0 } legal ? structures.Reference("1" + legal) : null
    };

    List<(string, string)> Telecom(ExtractLine line) =>
        [.. new[] { ("phone", line[phone]), ("phone", line[phone2]), ("fax", line[fax]), ("email", line[email]) }.Where(one => one.Item2.Length > 0)];

    // idNat_Struct: 1 + FINESS, 3 + SIRET; the technical number of an office stands as it is.
    string? StructureKey(ExtractLine line) =>
        line[finess] is { Length: > 0 } number ? "1" + number
        : line[siret] is { Length: > 0 } site ? "3" + site
        : line[structureId] is { Length: > 0 } technical ? technical : null;

    static string FormerKey(string former) => Finess.Check(former) == IdentifierCheck.Right ? "1" + former : former;

    bool IsPractising(ExtractLine line) => line[mode].Length + line[function].Length + line[genre].Length > 0 || StructureKey(line) is not null;

    string FactsOf(ExtractLine line) => $"{line[profession]} {line[skill]}".TrimEnd();

    EntryTrace Trace(ExtractLine line, string authority) =>
        new(EntrySystems.AnnuaireSource, line[nationalId].StartsWith('0') ? "ADELI" : "RPPS", authority, Run.Day);

    static string Words(params ReadOnlySpan<string> words)
    {
        var text = "";
        foreach (var word in words)
            if (word.Length > 0) text = text.Length == 0 ? word : $"{text} {word}";
        return text;
    }

    /// <summary>« 31/12/2026 » or « 2026-12-31 »; empty stays empty, and what is no day is null.</summary>
    static string? Day(string text) => text.Length == 0 ? ""
        : DateOnly.TryParseExact(text, ["dd/MM/yyyy", "yyyy-MM-dd"], System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var day)
            ? day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : null;
}
