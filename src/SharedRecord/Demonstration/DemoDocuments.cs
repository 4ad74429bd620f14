using System.Globalization;
using System.Text;
using System.Text.Json;
using Socle.Cda;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;

namespace Socle.SharedRecord;

/// <summary>Invented documents for one person in ten, and for each of the story's first eight: a report, a prescription as PDF, a note.</summary>
sealed class DemoDocuments(RecordStore store) : PopulationStep
{
    const int Batch = 40;

    public override string What => "documents";

    public override async Task Add(
        Scope steward, IReadOnlyList<DemoPatient> patients, IReadOnlyList<DemoActor> actors, DateOnly today, IProgress<PopulationProgress>? progress, CancellationToken stop)
    {
        var chosen = patients.Where(patient => patient.Number < 8 || patient.Number % 10 == 0).ToList();
        var done = 0;
        foreach (var group in chosen.Chunk(Batch / 4))
        {
            var ops = group.SelectMany(patient => Of(patient, actors, today)).ToList();
            await store.Write(steward, ops, WriteOptions.Default, stop);
            progress?.Report(new(What, done += group.Length, chosen.Count));
        }
    }

    static IEnumerable<WriteOp> Of(DemoPatient patient, IReadOnlyList<DemoActor> actors, DateOnly today)
    {
        var day = today.AddDays(-3 - (patient.Number * 7 % 200));
        var at = new DateTimeOffset(day, new TimeOnly(9, 30), TimeSpan.FromHours(1));
        var biologist = actors.First(actor => actor.Key == "biologiste");
        foreach (var op in Report(patient, biologist, at, 1)) yield return op;
        if (patient.Number < 8) foreach (var op in Report(patient, biologist, at.AddDays(-90), 2)) yield return op;
        if (patient.Number % 20 == 0 || patient.Number < 8) foreach (var op in Prescription(patient, actors, at)) yield return op;
        if (patient.Number < 4) foreach (var op in Note(patient, actors, at)) yield return op;
    }

    static WriteOp[] Report(DemoPatient patient, DemoActor biologist, DateTimeOffset at, int which)
    {
        var bytes = DemoReport.Write(patient, biologist, at, (patient.Number * 10L) + which, Analyses(patient.Number + (which * 13)));
        var data = CdaMetadata.Of(CdaDocument.Parse(bytes), bytes);
        return Pair(bytes, "text/xml", $"{patient.Number}-r{which}", url => DocumentComposer.OfCda(data, $"Patient/{patient.Id}", url, at, null));
    }

    static WriteOp[] Prescription(DemoPatient patient, IReadOnlyList<DemoActor> actors, DateTimeOffset at)
    {
        var doctor = actors.First(actor => actor.Key == "medecin");
        var bytes = DemoPdf.Write("Ordonnance (document inventé)",
        [
            $"{doctor.ShownName}, {doctor.Role}, {doctor.StructureName}",
            $"Pour {patient.GivenNames[0]} {patient.UsedName ?? patient.BirthName}, le {at.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture)}",
            "", "Paracétamol 1 g : 1 comprimé si douleur, 3 par jour au plus, pendant 5 jours.", "Prise de sang de contrôle dans un mois.", "",
            "Ce document sert à la démonstration. Il ne vaut pas prescription."
        ]);
        return File(patient, doctor, FileKind.Pdf, "57833-6", "Ordonnance", bytes, at, "o");
    }

    static WriteOp[] Note(DemoPatient patient, IReadOnlyList<DemoActor> actors, DateTimeOffset at)
    {
        var nurse = actors.First(actor => actor.Key == "infirmiere");
        var bytes = Encoding.UTF8.GetBytes("Passage à domicile. Pansement refait, plaie propre, pas de rougeur.\nProchain passage dans deux jours.\n\nNote inventée pour la démonstration.\n");
        return File(patient, nurse, FileKind.Text, "11506-3", "Suivi de pansement", bytes, at.AddDays(1), "n");
    }

    static WriteOp[] File(DemoPatient patient, DemoActor author, FileKind kind, string typeCode, string title, byte[] bytes, DateTimeOffset at, string which)
    {
        var type = DocumentTypes.Find(typeCode)!;
        var sha1 = DocumentBytes.Sha1(bytes);
        var uniqueId = $"urn:oid:1.2.250.1.213.99.5080.2.{patient.Number}.{(int)which[0]}";
        var facts = new FileFacts(kind, uniqueId, title, type, type.Class, DateOnly.FromDateTime(at.DateTime), bytes.Length, Convert.ToBase64String(sha1))
        {
            AuthorName = author.ShownName,
            AuthorRole = author.Role,
            AuthorId = (Rpps.System, author.Rpps),
            StructureName = author.StructureName
        };
        return Pair(bytes, FileSorter.MediaType(kind), $"{patient.Number}-{which}", url => DocumentComposer.OfFile(facts, $"Patient/{patient.Id}", url, at));
    }

    static WriteOp[] Pair(byte[] bytes, string mediaType, string name, Func<string, byte[]> reference)
    {
        var url = $"urn:demo:{name}";
        var binary = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
        {
            ["resourceType"] = "Binary", ["contentType"] = mediaType, ["data"] = Convert.ToBase64String(bytes)
        });
        return [new WriteOp.Create(FhirDocument.Parse(reference(url))), new WriteOp.Create(FhirDocument.Parse(binary), null, url)];
    }

    static IReadOnlyList<DemoAnalysis> Analyses(int draw) =>
    [
        new("15074-8", "Glucose (à jeun)", 4.4m + (draw % 23 * 0.1m), "mmol/L", 3.9m, 5.5m),
        new("14682-9", "Créatinine", 55 + (draw % 40), "µmol/L", 45, 84),
        new("1988-5", "Protéine C réactive", draw % 7 == 0 ? 32 : 1 + (draw % 4), "mg/L", null, 5),
        new("14647-2", "Cholestérol total", 4.1m + (draw % 19 * 0.1m), "mmol/L", null, 5.2m),
        new("3016-3", "TSH", 0.9m + (draw % 30 * 0.1m), "mUI/L", 0.4m, 4.0m),
        new("718-7", "Hémoglobine", 11.6m + (draw % 30 * 0.1m), "g/dL", 12.0m, 16.0m)
    ];
}
