using Socle.Fhir;

namespace Socle.Profiles;

/// <summary>
/// The rules of R4 that official samples break themselves, each with the file of ../shared/data that does. These samples must be accepted, so a
/// write that breaks such a rule at such a place is let in with a warning; everywhere else the rule refuses.
/// </summary>
static class SampleFaults
{
    /// <param name="Sample">One of the files that break it.</param>
    public sealed record Fault(ToleratedBreach Breach, string Sample);

    // The national samples of prescriptions are answers of a search that are kept whole.
    const string Answer = "searchset";

    public static readonly IReadOnlyList<Fault> All =
    [
        // Entries without fullUrl that name one another « #id », as if they were contained. 21 files.
        new(new("ref-1", "Reference", Bundle: Answer), "eprescription/Bundle-Presc-EFFERALGAN.json"),
        // A strength of 15 mg per nothing.
        new(new("rat-1", "Medication.ingredient.strength", Bundle: Answer), "eprescription/Bundle-Presc-DOLIPRANE-20DoseParKG.json"),
        // countMax 21 without count.
        new(new("tim-8", "Timing.repeat", Bundle: Answer), "eprescription/Bundle-HAS-16-Presc-Racecadotril.json"),
        // timeOfDay and when in one timing.
        new(new("tim-10", "Timing.repeat", Bundle: Answer), "eprescription/Bundle-HAS-30-1-Presc-Hydrocortisone.json"),
        // defaultValue in a profile.
        new(new("sdf-21", "StructureDefinition"), "eprescription/definitions/profiles-json/StructureDefinition-fr-prescription-bundle-for-example.json"),
        // The code chol-mass is defined twice.
        new(new("csd-1", "CodeSystem"), "fhir-r4-examples/codesystem-example.json"),
        new(new(ToleratedBreach.Targets, "DeviceMetric.parent", "DeviceDefinition"), "fhir-r4-examples/devicemetric-example.json"),
        new(new(ToleratedBreach.Targets, "DeviceUseStatement.reasonReference", "Procedure"), "fhir-r4-examples/deviceusestatement-example.json"),
        new(new(ToleratedBreach.Targets, "MedicationRequest.dispenseRequest.performer", "Practitioner"), "fhir-r4-examples/medicationrequest0301.json")
    ];

    public static readonly IReadOnlyList<ToleratedBreach> Tolerated = [.. All.Select(fault => fault.Breach)];
}
