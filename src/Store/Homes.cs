using System.Collections.Concurrent;
using System.Collections.Frozen;
using Socle.Fhir;

namespace Socle.Store;

/// <summary>Which patient a resource belongs to, or the shared space, or the depositor's quarantine.</summary>
sealed class Homes(Rows rows, Scoped scoped, Ids ids)
{
    // What describes no person. Everything else without a known patient goes to quarantine: a new type is closed, not open.
    static readonly FrozenSet<string> SharedTypes = new[]
    {
        "Practitioner", "PractitionerRole", "Organization", "OrganizationAffiliation", "Location", "HealthcareService", "Endpoint",
        "CodeSystem", "ValueSet", "ConceptMap", "NamingSystem", "TerminologyCapabilities", "StructureDefinition", "StructureMap",
        "SearchParameter", "OperationDefinition", "CapabilityStatement", "CompartmentDefinition", "GraphDefinition",
        "ImplementationGuide", "ExampleScenario", "MessageDefinition", "TestScript", "TestReport", "Medication", "MedicationKnowledge",
        "MedicinalProduct", "MedicinalProductAuthorization", "MedicinalProductContraindication", "MedicinalProductIndication",
        "MedicinalProductIngredient", "MedicinalProductInteraction", "MedicinalProductManufactured", "MedicinalProductPackaged",
        "MedicinalProductPharmaceutical", "MedicinalProductUndesirableEffect", "Substance", "SubstanceNucleicAcid",
        "SubstancePolymer", "SubstanceProtein", "SubstanceReferenceInformation", "SubstanceSourceMaterial", "SubstanceSpecification",
        "ActivityDefinition", "PlanDefinition", "Questionnaire", "Library", "Measure", "EventDefinition", "ResearchDefinition",
        "ResearchElementDefinition", "ResearchStudy", "Evidence", "EvidenceVariable", "EffectEvidenceSynthesis",
        "RiskEvidenceSynthesis", "ChargeItemDefinition", "DeviceDefinition", "InsurancePlan", "Schedule", "Slot",
        "SpecimenDefinition", "ObservationDefinition", "CatalogEntry"
    }.ToFrozenSet();

    /// <summary>Heavy equipment of a structure, entered by who keeps the directory: a Device that names its owner and nobody.</summary>
    public static bool IsEquipment(PreparedWrite write) => write.Type == "Device" && write.Scope.WriteReach.Everyone
        && write.Values.Exists(value => value is { Param.Code: "organization", Kind: SearchKind.Reference });

    static readonly string[] First = ["patient", "subject", "beneficiary", "individual"];
    static readonly ConcurrentDictionary<string, FrozenDictionary<SearchParam, int>> Parameters = new();

    // Patients that are known to stand here: saves a read per deposit. An erased or deleted one is forgotten.
    readonly ConcurrentDictionary<long, bool> standing = new();

    public static bool IsShared(string type) => SharedTypes.Contains(type);

    public const string Kind = "patients";

    public void Forget(long patient) => standing.TryRemove(patient, out _);

    /// <summary>Another process deleted or erased somebody.</summary>
    public void ForgetAll() => standing.Clear();

    public void Remember(long patient) => standing[patient] = true;

    /// <summary>The parameters by which a type names its patient, best first.</summary>
    public static FrozenDictionary<SearchParam, int> ParametersOf(string type) => Parameters.GetOrAdd(type, static type =>
        First.Concat(Definitions.Compartment("Patient", type))
            .Select(code => Definitions.SearchParam(type, code))
            .Where(parameter => parameter is { Kind: SearchKind.Reference })
            .Distinct()
            .Select((parameter, rank) => (parameter, rank))
            .ToFrozenDictionary(pair => pair.parameter!, pair => pair.rank));

    /// <summary>The patients of a resource: what its parameters say, or for a document what its Composition says.</summary>
    public static (List<string> References, bool SaysSomething) PatientsIn(PreparedWrite write)
    {
        if (write.Type != "Bundle" || write.Body is not { } body || body.Root["type"].Text != "document") return PatientsIn(write.Type, write.Values);
        // The subject may stand in the document itself: then nobody says which record it belongs to, and it is the depositor's alone.
        return body.Root["entry"]["resource"]["subject"]["reference"].Text is { } subject ? ([Ids.WithoutVersion(subject)], false) : ([], false);
    }

    /// <summary>What the resource says of its patients: references in order, and whether it says anything at all.</summary>
    public static (List<string> References, bool SaysSomething) PatientsIn(string type, List<IndexValue> values)
    {
        var parameters = ParametersOf(type);
        var found = new List<(int Rank, string Text)>();
        var says = false;
        foreach (var value in values)
        {
            if (!parameters.TryGetValue(value.Param, out var rank)) continue;
            says = true;
            if (value.Kind == SearchKind.Reference && value.Text is { } text) found.Add((rank, Ids.WithoutVersion(text)));
        }
        return ([.. found.OrderBy(reference => reference.Rank).Select(reference => reference.Text)], says);
    }

    /// <summary>The patients (keys) that stand here and that the scope reaches, in the order of the resource.</summary>
    public async ValueTask<List<long>> Resolve(
        Scope scope, List<string> references, IReadOnlyDictionary<string, Place> known, CancellationToken stop)
    {
        var patients = new List<long>();
        foreach (var reference in references)
        {
            if (known.TryGetValue(reference, out var place)) Add(place);
            else if (ids.TryRead(reference, out place) && place.Type == "Patient" && await Stands(scope, place, stop)) Add(place);
        }
        return patients;

        void Add(Place place)
        {
            if (place.Type == "Patient" && PatientKeys.IsPerson(place.Patient) && !patients.Contains(place.Patient)) patients.Add(place.Patient);
        }
    }

    /// <summary>The shared space for what describes nobody, otherwise the depositor's quarantine.</summary>
    public long WithoutPatient(Scope scope, string type, bool says, bool quarantine, bool equipment = false)
    {
        if (!says && (equipment || IsShared(type))) return 0;
        if (says && !quarantine) throw StoreRefusals.SubjectUnknown.With();
        return scoped.QuarantineOf(scope.Agent.OwnerKey);
    }

    async ValueTask<bool> Stands(Scope scope, Place patient, CancellationToken stop)
    {
        if (patient.Number != 1) return false;
        var reach = scope.ReadReach;
        var reached = reach.Everyone || reach.Patients.Contains(patient.Patient) || reach.TypesOfEveryone.Contains("Patient");
        if (reached && reach.Hidden == Labels.None && standing.ContainsKey(patient.Patient)) return true;
        if (await rows.At(scope, patient, stop) is not { Deleted: false }) return false;
        if (standing.Count > 500_000) standing.Clear();
        standing[patient.Patient] = true;
        return true;
    }
}
