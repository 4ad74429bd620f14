using Socle.Cda;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;

namespace Socle.SharedRecord;

/// <summary>A CDA goes to the record of its INS, if the identity it states is that record's; its bytes are kept as they came.</summary>
sealed class CdaImport(RecordStore store, IdentitySearch identities, Deposit deposit)
{
    const string Kind = "CDA";

    public async Task<ImportOutcome> Import(Scope scope, string path, byte[] bytes, ImportOptions options, CancellationToken stop)
    {
        DocumentMetadata data;
        try
        {
            data = CdaReader.Metadata(bytes);
        }
        catch (Refusal refusal)
        {
            return Importer.Refused(path, Kind, refusal.French);
        }
        try
        {
            var patient = await PatientOf(scope, data, options, stop);
            var result = await deposit.WriteCda(scope, patient, bytes, data, stop);
            var isNew = result.Status == 201;
            return new(path, isNew ? ImportState.Filed : ImportState.Unchanged, Kind, isNew ? 2 : 0, 0, $"{data.Type.Code} — {data.Title}");
        }
        catch (Refusal refusal)
        {
            return Importer.Refused(path, Kind, refusal.French);
        }
    }

    async Task<string> PatientOf(Scope scope, DocumentMetadata data, ImportOptions options, CancellationToken stop)
    {
        if ((data.Ins?.Value ?? options.Ins) is not { Length: > 0 } ins) throw SharedRecordRefusals.NoPatient.With();
        Judge(data.Ins);
        var found = await identities.LookUp(data.Ins?.System, ins, stop);
        if (found is Found.Several several) throw SharedRecordRefusals.OtherPatient.With($"{several.Count} dossiers portent le matricule {ins}");
        if (found is Found.One one)
        {
            Agree(data, one.Card, ins);
            return one.Card.Id;
        }
        if (!options.OpenRecords || data.Ins is null) throw SharedRecordRefusals.NoRecord.With(ins);
        return await Open(scope, data, data.Ins, stop);
    }

    static void Judge(InsClaim? claim)
    {
        if (claim is null || claim.Check == InsCheck.Right || !Ins.Systems.IsProduction(claim.System)) return;
        throw (claim.Check == InsCheck.WrongKey ? IdentitiesRefusals.InsWrongKey : IdentitiesRefusals.InsMalformed).With(claim.Value);
    }

    static void Agree(DocumentMetadata data, PatientCard card, string ins)
    {
        var known = new Traits(card.BirthName, card.FirstName, Traits.IsoDate(card.BirthDate), card.Sex.Length == 0 ? null : card.Sex);
        var differs = CdaReader.Traits(data).Contradictions(known);
        if (differs.Count > 0) throw IdentitiesRefusals.TraitsConflict.With($"{string.Join(", ", differs)} (INS {ins})");
    }

    // The header is one witness only: the record is provisional until somebody checks the identity with the person.
    async Task<string> Open(Scope scope, DocumentMetadata data, InsClaim ins, CancellationToken stop)
    {
        var (traits, said) = (CdaReader.Traits(data), data.SourcePatient);
        if (traits.BirthName.Length == 0) throw SharedRecordRefusals.NoPatient.With();
        var patient = new NewPatient(traits.BirthName, said.Given.Count > 0 ? SplitFirst(said) : said.FirstGiven is { } first ? [first] : [], traits.BirthDate, traits.Sex ?? "")
        {
            InsSystem = ins.System,
            Ins = ins.Value,
            UsedName = said.UsedName,
            UsedFirstName = said.UsedGiven,
            BirthPlaceCode = said.BirthPlaceCode,
            Status = IdentityStatus.Provisional
        };
        using var body = FhirDocument.Parse(PatientBuilder.Build(patient));
        var results = await store.Write(scope, [new WriteOp.Create(body)], WriteOptions.Default, stop);
        return results[0].Stored.Id;
    }

    // « DOMINIQUE MARIE-LOUISE » is one text in the header; the first given name is told apart there.
    static IReadOnlyList<string> SplitFirst(Cda.PatientTraits said)
    {
        var all = string.Join(' ', said.Given);
        return said.FirstGiven is { } first && all.StartsWith(first + " ", StringComparison.OrdinalIgnoreCase) ? [first, all[(first.Length + 1)..]] : [all];
    }
}

/// <summary>A PDF, image or text for the person that --ins names; its title is the file's name.</summary>
sealed class FileImport(IdentitySearch identities, Deposit deposit)
{
    public async Task<ImportOutcome> Import(Scope scope, string path, byte[] bytes, ImportOptions options, CancellationToken stop)
    {
        FileKind kind;
        try
        {
            kind = FileSorter.KindOf(bytes);
        }
        catch (Refusal refusal)
        {
            return options.Ins is null
                ? new(path, ImportState.Ignored, "fichier", 0, 0, refusal.French)
                : Importer.Refused(path, "fichier", refusal.French);
        }
        // Licences and notes lie among data: without --ins nothing says whose they would be.
        if (options.Ins is not { } ins) return new(path, ImportState.Ignored, kind.ToString(), 0, 0, "Pour ranger ce fichier, dites à qui il est : --ins.");
        try
        {
            if (await identities.LookUp(null, ins, stop) is not Found.One { Card: var card }) return Importer.Refused(path, kind.ToString(), SharedRecordRefusals.NoRecord.With(ins).French);
            var result = await deposit.Bytes(scope, card.Id, bytes, new(null, null, null, Path.GetFileName(path)), stop);
            var isNew = result.Status == 201;
            return new(path, isNew ? ImportState.Filed : ImportState.Unchanged, kind.ToString(), isNew ? 2 : 0, 0, Path.GetFileName(path));
        }
        catch (Refusal refusal)
        {
            return Importer.Refused(path, kind.ToString(), refusal.French);
        }
    }
}
