using System.Text;
using System.Text.Json.Nodes;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.SharedRecord;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.SharedRecord;

/// <summary>IHE MHD and PDSm at the Store's door: what a vendor's software sends.</summary>
public class MhdTests
{
    static readonly byte[] Hello = "Hello World"u8.ToArray();

    static JsonObject Reference(string patient, string uniqueId, byte[] content, string url = "urn:uuid:00000000-0000-4000-8000-000000000003") => new()
    {
        ["resourceType"] = "DocumentReference",
        ["masterIdentifier"] = new JsonObject { ["system"] = "urn:ietf:rfc:3986", ["value"] = uniqueId },
        ["status"] = "current",
        ["subject"] = new JsonObject { ["reference"] = patient },
        ["content"] = new JsonArray(new JsonObject
        {
            ["attachment"] = new JsonObject
            {
                ["contentType"] = "text/plain", ["url"] = url, ["hash"] = Convert.ToBase64String(DocumentBytes.Sha1(content)), ["size"] = content.Length
            }
        })
    };

    static JsonObject Binary(byte[] content) => new() { ["resourceType"] = "Binary", ["contentType"] = "text/plain", ["data"] = Convert.ToBase64String(content) };

    static WriteOp[] Ops(JsonObject reference, byte[] content) =>
        [new WriteOp.Create(Doc(reference)), new WriteOp.Create(Doc(Binary(content)), null, "urn:uuid:00000000-0000-4000-8000-000000000003")];

    static FhirDocument Doc(JsonObject json) => FhirDocument.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));

    static async Task Refuses(string code, Func<Task> act) => (await Should.ThrowAsync<Refusal>(act)).Code.ShouldBe(code);

    [Theory, OnEachDatabase]
    public async Task The_hash_and_the_size_are_those_of_the_bytes_or_nothing_is_written(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var patient = $"Patient/{(await world.AddPatient(Sample.Jeanne)).Id}";
        var wrongHash = Reference(patient, "urn:oid:1.2.3", Hello);
        wrongHash["content"]![0]!["attachment"]!["hash"] = Convert.ToBase64String(new byte[20]);
        await Refuses("document-hash", () => world.Write(Ops(wrongHash, Hello)));
        var wrongSize = Reference(patient, "urn:oid:1.2.3", Hello);
        wrongSize["content"]![0]!["attachment"]!["size"] = 24;
        await Refuses("document-size", () => world.Write(Ops(wrongSize, Hello)));
        await Refuses("document-attachment-missing", () => world.Write(new WriteOp.Create(Doc(Reference(patient, "urn:oid:1.2.3", Hello, "http://example.org/a.txt")))));
        (await world.Write(Ops(Reference(patient, "urn:oid:1.2.3", Hello), Hello)))[0].Status.ShouldBe(201);
    }

    [Theory, OnEachDatabase]
    public async Task One_unique_identifier_is_one_document(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var patient = $"Patient/{(await world.AddPatient(Sample.Jeanne)).Id}";
        var first = await world.Write(Ops(Reference(patient, "urn:oid:1.2.3", Hello), Hello));
        var again = await world.Write(Ops(Reference(patient, "urn:oid:1.2.3", Hello), Hello));
        again[0].Stored.Id.ShouldBe(first[0].Stored.Id);
        again[0].Status.ShouldBe(200);
        again[1].Stored.Id.ShouldBe(first[1].Stored.Id);
        await Refuses("document-unique-id", () => world.Write(Ops(Reference(patient, "urn:oid:1.2.3", "Bye"u8.ToArray()), "Bye"u8.ToArray())));
        var two = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.Write(Ops(Reference(patient, "urn:oid:1.2.9", Hello), Hello))));
        two.Select(results => results[0].Stored.Id).Distinct().ShouldHaveSingleItem();
    }

    [Theory, OnEachDatabase]
    public async Task A_taken_identifier_tells_a_stranger_nothing_of_the_document(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var patient = $"Patient/{(await world.AddPatient(Sample.Jeanne)).Id}";
        await world.Write(Ops(Reference(patient, "urn:oid:1.2.3", Hello), Hello));
        var stranger = await world.Enter(new Agent(AgentKind.System, "system:autre", "Autre logiciel", null, "540002698", null, 4242, 0));
        await Refuses("document-unique-id", () => world.Store.Write(stranger, Ops(Reference(patient, "urn:oid:1.2.3", Hello), Hello), WriteOptions.Default, default));
    }

    [Theory, OnEachDatabase]
    public async Task A_document_that_speaks_of_somebody_else_is_refused(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var patient = $"Patient/{(await world.AddPatient(Sample.Jeanne)).Id}";
        var reference = Reference(patient, "urn:oid:1.2.3", Hello);
        reference["contained"] = new JsonArray(new JsonObject
        {
            ["resourceType"] = "Patient", ["id"] = "p", ["birthDate"] = "1974-09-30", ["name"] = new JsonArray(new JsonObject { ["family"] = "Le Goff" })
        });
        reference["context"] = new JsonObject { ["sourcePatientInfo"] = new JsonObject { ["reference"] = "#p" } };
        var refusal = await Should.ThrowAsync<Refusal>(() => world.Write(Ops(reference, Hello)));
        refusal.Code.ShouldBe("document-other-patient");
        refusal.French.ShouldContain("nom de naissance, date de naissance");
    }

    [Theory, OnEachDatabase]
    public async Task A_replacement_supersedes_in_the_same_transaction_once(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var patient = $"Patient/{(await world.AddPatient(Sample.Jeanne)).Id}";
        var old = (await world.Write(Ops(Reference(patient, "urn:oid:1.2.3", Hello), Hello)))[0].Stored;
        JsonObject Replacement(string uniqueId)
        {
            var json = Reference(patient, uniqueId, Hello);
            json["relatesTo"] = new JsonArray(new JsonObject { ["code"] = "replaces", ["target"] = new JsonObject { ["reference"] = old.Reference } });
            return json;
        }
        await world.Write(Ops(Replacement("urn:oid:1.2.4"), Hello));
        var scope = await world.Enter(RecordWorld.Steward);
        using var superseded = FhirDocument.Parse((await world.Store.Read(scope, "DocumentReference", old.Id, default))!.Bytes);
        superseded.Root["status"].Text.ShouldBe("superseded");
        await Refuses("document-replaced-not-current", () => world.Write(Ops(Replacement("urn:oid:1.2.5"), Hello)));
        var other = $"Patient/{(await world.AddPatient(Sample.Loic)).Id}";
        var stranger = Replacement("urn:oid:1.2.6");
        stranger["subject"]!["reference"] = other;
        await Refuses("document-replaced-unknown", () => world.Write(Ops(stranger, Hello)));
    }

    [Theory, OnEachDatabase]
    public async Task The_replacement_of_MHD_with_its_own_patch_entry_is_accepted(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var patient = $"Patient/{(await world.AddPatient(Sample.Jeanne)).Id}";
        var old = (await world.Write(Ops(Reference(patient, "urn:oid:1.2.3", Hello), Hello)))[0].Stored;
        var json = Reference(patient, "urn:oid:1.2.4", Hello);
        json["relatesTo"] = new JsonArray(new JsonObject { ["code"] = "replaces", ["target"] = new JsonObject { ["reference"] = old.Reference } });
        var patch = FhirDocument.Parse("""
            {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"path","valueString":"DocumentReference.status"},
            {"name":"type","valueCode":"replace"},{"name":"value","valueCode":"superseded"}]}]}
            """u8.ToArray());
        (await world.Write([.. Ops(json, Hello), new WriteOp.Patch("DocumentReference", old.Id, null, patch)])).Count.ShouldBe(3);
    }

    [Theory, OnEachDatabase]
    public async Task A_simplified_publish_moves_the_inline_bytes_to_a_Binary_of_the_record(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var patient = $"Patient/{(await world.AddPatient(Sample.Jeanne)).Id}";
        var json = Reference(patient, "urn:oid:1.2.3", Hello);
        json["content"]![0]!["attachment"] = new JsonObject { ["contentType"] = "text/plain", ["data"] = Convert.ToBase64String(Hello) };
        var stored = (await world.Write(new WriteOp.Create(Doc(json)))).ShouldHaveSingleItem().Stored;
        using var document = FhirDocument.Parse(stored.Bytes);
        var attachment = document.Root["content"]["attachment"];
        attachment["data"].Exists.ShouldBeFalse();
        attachment["size"].Text.ShouldBe("11");
        attachment["hash"].Text.ShouldBe("Ck1VqNd45QIvq3AZd8XYQLvEhtA=");
        var scope = await world.Enter(RecordWorld.Steward);
        await using var content = (await world.Store.OpenBinary(scope, attachment["url"].Text!["Binary/".Length..], default))!;
        using var back = new MemoryStream();
        await content.CopyToAsync(back);
        back.ToArray().ShouldBe(Hello);
        var citizen = await world.Enter(world.Citizen((await world.Identities.Card(stored.PatientKey, default))!));
        (await world.Documents.Open(citizen, stored.Id, default)).ViewPath.ShouldStartWith("/d/");
    }

    [Theory, OnEachDatabase]
    public async Task What_was_deposited_changes_in_its_status_only(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var patient = $"Patient/{(await world.AddPatient(Sample.Jeanne)).Id}";
        var stored = (await world.Write(Ops(Reference(patient, "urn:oid:1.2.3", Hello), Hello)))[0].Stored;
        var changed = JsonNode.Parse(stored.Bytes.Span)!.AsObject();
        changed["description"] = "autre";
        await Refuses("document-only-status", () => world.Write(new WriteOp.Update("DocumentReference", stored.Id, null, Doc(changed))));
        changed.Remove("description");
        changed["status"] = "entered-in-error";
        (await world.Write(new WriteOp.Update("DocumentReference", stored.Id, null, Doc(changed))))[0].Status.ShouldBe(200);
    }

    /// <summary>The published transactions of MHD, each in a record of its own: what becomes of them and why.</summary>
    [SharedDataTheory("mhd"), OnEachDatabase]
    public async Task The_published_bundles_are_taken_in_or_refused_for_what_is_wrong_in_them(DatabaseKind kind)
    {
        var expected = new Dictionary<string, string?>
        {
            ["ProvideDocumentBundle-addToFolder"] = null,
            ["comprehensiveProvideDocumentBundleComplete"] = null,
            ["comprehensiveProvideDocumentBundleDocument"] = null,
            ["comprehensiveProvideDocumentBundleMultiple"] = "document-unique-id",   // two contents under one identifier
            ["comprehensiveProvideDocumentBundleReplace"] = "document-size",         // says 24 bytes, has 23
            ["comprehensiveProvideDocumentBundleSimple"] = null,
            ["minimalProvideDocumentBundleSimple"] = null,
            ["minimalProvideDocumentBundleSimpleContained"] = null,
            ["unContainedComprehensiveProvideDocumentBundleComplete"] = null
        };
        await using var world = await RecordWorld.Open(kind);
        var number = 0;
        foreach (var (name, code) in expected)
        {
            // Each bundle speaks of Patient/ex-patient: here every one has a person of its own.
            var person = $"ex-patient-{++number}";
            await world.Write(new WriteOp.Update("Patient", person, null, FhirDocument.Parse(Encoding.UTF8.GetBytes(
                $$$"""{"resourceType":"Patient","id":"{{{person}}}","name":[{"family":"Schmidt","given":["Dee"]}]}"""))));
            await world.Write(new WriteOp.Update("DocumentReference", $"ex-documentreference-{number}", null, FhirDocument.Parse(Encoding.UTF8.GetBytes(
                $$$"""{"resourceType":"DocumentReference","id":"ex-documentreference-{{{number}}}","status":"current","subject":{"reference":"Patient/{{{person}}}"},"content":[{"attachment":{"title":"avant"}}]}"""))));
            var text = (await File.ReadAllTextAsync(SharedData.At("mhd", $"Bundle-ex-{name}.json"))).Replace("Patient/ex-patient", $"Patient/{person}", StringComparison.Ordinal)
                .Replace("DocumentReference/ex-documentreference", $"DocumentReference/ex-documentreference-{number}", StringComparison.Ordinal);
            using var bundle = FhirDocument.Parse(Encoding.UTF8.GetBytes(text));
            using var request = Bundles.Parse(bundle);
            var scope = await world.Enter(RecordWorld.Steward);
            var act = () => world.Store.Process(scope, request, WriteOptions.Default, default);
            if (code is null) (await act()).Count.ShouldBe(request.Entries.Count, name);
            else (await Should.ThrowAsync<Refusal>(act, name)).Code.ShouldBe(code, name);
        }
    }

    [Theory, OnEachDatabase]
    public async Task Documents_and_submission_sets_are_found_as_the_profile_asks(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var jeanne = await world.AddPatient(Sample.Jeanne);
        await world.Write([.. Ops(Reference($"Patient/{jeanne.Id}", "urn:oid:1.2.3", Hello), Hello), new WriteOp.Create(FhirDocument.Parse(Encoding.UTF8.GetBytes($$$"""
            {"resourceType":"List","status":"current","mode":"working","code":{"coding":[{"system":"https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes","code":"submissionset"}]},
            "identifier":[{"type":{"coding":[{"code":"uniqueId"}]},"system":"urn:ietf:rfc:3986","value":"urn:oid:9.9"}],"subject":{"reference":"Patient/{{{jeanne.Id}}}"}}
            """)))]);
        var scope = await world.Enter(RecordWorld.Steward);
        async Task<int> Count(string type, string query) => (await world.Store.Search(scope, SearchQuery.Parse(type, query, strict: true), default)).Matches.Count;
        var ins = $"patient.identifier={Sample.Jeanne.InsSystem}|{Sample.Jeanne.Ins}";
        (await Count("DocumentReference", $"{ins}&status=current")).ShouldBe(1);
        (await Count("DocumentReference", $"{ins}&status=superseded")).ShouldBe(0);
        (await Count("DocumentReference", "identifier=urn:ietf:rfc:3986|urn:oid:1.2.3")).ShouldBe(1);
        (await Count("List", $"code=https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes|submissionset&{ins}&status=current")).ShouldBe(1);
        (await Count("Patient", $"identifier={Sample.Jeanne.InsSystem}|{Sample.Jeanne.Ins}")).ShouldBe(1);
    }
}
