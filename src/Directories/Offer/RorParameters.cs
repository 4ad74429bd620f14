using System.Text.Json;
using System.Text.Json.Nodes;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>What the ROR is searched by beyond R4 (model of exposition 3.0): parameters of the Store, kept there when the program starts.</summary>
static class RorParameters
{
    const string Root = "https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/";
    const string PatientType = "HealthcareService.extension.where(url = '" + Root + "ror-healthcareservice-patient-type').extension";
    const string Beds = "Location.extension.where(url = '" + Capacity.Url + "').extension";

    static readonly (string Code, string Kind, string Type, string Expression)[] All =
    [
        ("patient-type", "token", "HealthcareService", PatientType + ".where(url = 'supportedPatientInfo').value"),
        ("age-range-low", "quantity", "HealthcareService", PatientType + ".where(url = 'ageRange').value.low"),
        ("age-range-high", "quantity", "HealthcareService", PatientType + ".where(url = 'ageRange').value.high"),
        ("psychiatric-sector", "string", "HealthcareService", "HealthcareService.extension.where(url = '" + Root + "ror-healthcareservice-psychiatric-sector').value"),
        ("intervention-zone", "token", "HealthcareService",
            "HealthcareService.extension.where(url = '" + Root + "ror-healthcareservice-intervention-zone').extension.where(url = 'interventionZone').value"),
        ("notavailable-closing-reopeningdate", "date", "HealthcareService", "HealthcareService.notAvailable.during"),
        ("commune-cog", "token", "Location", "Location.extension.where(url = '" + Root + "ror-commune-cog').value"),
        ("capacity-status", "token", "Location", Beds + ".where(url = 'capacityStatus').value"),
        ("capacity-type", "token", "Location", Beds + ".where(url = 'capacityType').value"),
        ("capacity-update", "date", "Location", Beds + ".where(url = 'capacityUpdateDate').value"),
        ("temporality-capacity", "token", "Location", Beds + ".where(url = 'temporalityCapacity').value"),
        ("nb-capacity", "number", "Location", Beds + ".where(url = 'nbCapacity').value")
    ];

    public static async Task Keep(RecordStore store, AccessDesk desk, CancellationToken stop)
    {
        var scope = await desk.Enter(new Agent(AgentKind.Program, "program:directories", "Annuaires", null, null, null, 0, 0), Purposes.Operation, stop);
        foreach (var (code, kind, type, expression) in All)
        {
            using var body = FhirDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(new JsonObject
            {
                ["resourceType"] = "SearchParameter", ["id"] = $"ror-{code}", ["url"] = $"urn:socle:ror:{code}", ["name"] = "Ror" + code.Replace("-", "", StringComparison.Ordinal),
                ["status"] = "active", ["description"] = $"ROR : {code}", ["code"] = code, ["base"] = new JsonArray(type), ["type"] = kind, ["expression"] = expression
            }));
            await store.Write(scope, [new WriteOp.Update("SearchParameter", $"ror-{code}", null, body)], WriteOptions.Default with { KeepIds = true }, stop);
        }
    }
}
