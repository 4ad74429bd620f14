using Socle.Platform;
using Socle.Store;

namespace Socle.Access;

/// <summary>What a resource type is about; each of the R4 types stands in exactly one group.</summary>
public enum TypeGroup { Identity, Directory, Terminology, Catalogue, Documents, Clinical, Administrative, Trace, Subscriptions, Machinery }

/// <summary>
/// Resource types × interaction × kind of actor, as data. It says which interactions exist for whom; which records they reach
/// is the Scope's business. What is not written here is denied. docs/generated/permissions.md is this table.
/// </summary>
public static class PolicyTable
{
    const string Reading = "rvsh";       // read, vread, search, history

    static readonly Dictionary<TypeGroup, string> Groups = new()
    {
        [TypeGroup.Identity] = "Patient Person RelatedPerson Group Linkage VerificationResult",
        [TypeGroup.Directory] =
            "Practitioner PractitionerRole Organization OrganizationAffiliation Location HealthcareService Endpoint InsurancePlan",
        [TypeGroup.Terminology] =
            "CodeSystem ValueSet ConceptMap NamingSystem StructureDefinition StructureMap SearchParameter OperationDefinition "
            + "CapabilityStatement TerminologyCapabilities CompartmentDefinition ImplementationGuide GraphDefinition MessageDefinition "
            + "ExampleScenario TestScript TestReport",
        [TypeGroup.Catalogue] =
            "ActivityDefinition PlanDefinition Questionnaire Library Measure EventDefinition ObservationDefinition SpecimenDefinition "
            + "ChargeItemDefinition DeviceDefinition CatalogEntry Medication MedicationKnowledge MedicinalProduct MedicinalProductAuthorization "
            + "MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction "
            + "MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect "
            + "Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial "
            + "SubstanceSpecification Evidence EvidenceVariable EffectEvidenceSynthesis RiskEvidenceSynthesis ResearchDefinition "
            + "ResearchElementDefinition ResearchStudy",
        [TypeGroup.Documents] = "DocumentReference DocumentManifest Binary List",
        [TypeGroup.Clinical] =
            "AdverseEvent AllergyIntolerance BiologicallyDerivedProduct BodyStructure Bundle CarePlan CareTeam ClinicalImpression Communication "
            + "CommunicationRequest Composition Condition DetectedIssue Device DeviceMetric DeviceRequest DeviceUseStatement DiagnosticReport "
            + "Encounter EpisodeOfCare FamilyMemberHistory Flag Goal GuidanceResponse ImagingStudy Immunization ImmunizationEvaluation "
            + "ImmunizationRecommendation MeasureReport Media MedicationAdministration MedicationDispense MedicationRequest "
            + "MedicationStatement MolecularSequence NutritionOrder Observation Procedure QuestionnaireResponse RequestGroup "
            + "ResearchSubject RiskAssessment ServiceRequest Specimen SupplyDelivery SupplyRequest Task VisionPrescription Basic",
        [TypeGroup.Administrative] =
            "Account Appointment AppointmentResponse ChargeItem Claim ClaimResponse Consent Contract Coverage CoverageEligibilityRequest "
            + "CoverageEligibilityResponse EnrollmentRequest EnrollmentResponse ExplanationOfBenefit Invoice PaymentNotice "
            + "PaymentReconciliation Schedule Slot",
        [TypeGroup.Trace] = "AuditEvent Provenance",
        [TypeGroup.Subscriptions] = "Subscription",
        [TypeGroup.Machinery] = "MessageHeader OperationOutcome Parameters"
    };

    /// <summary>Letters: r read, v vread, s search, h history, c create, u update, p patch, d delete.</summary>
    static readonly Dictionary<(AgentKind, TypeGroup), string> Allowed = new()
    {
        // A citizen adds documents to their own record and takes them back; the rest is written by those who care for them.
        [(AgentKind.Citizen, TypeGroup.Identity)] = Reading,
        [(AgentKind.Citizen, TypeGroup.Directory)] = Reading,
        [(AgentKind.Citizen, TypeGroup.Terminology)] = Reading,
        [(AgentKind.Citizen, TypeGroup.Catalogue)] = Reading,
        [(AgentKind.Citizen, TypeGroup.Documents)] = Reading + "cp",
        [(AgentKind.Citizen, TypeGroup.Clinical)] = Reading,
        [(AgentKind.Citizen, TypeGroup.Administrative)] = Reading,

        // No traits, no directory entry: a professional's software must not change a birth date or add a false RPPS.
        // No delete: what was written about a person is superseded or marked entered-in-error.
        [(AgentKind.Professional, TypeGroup.Identity)] = Reading,
        [(AgentKind.Professional, TypeGroup.Directory)] = Reading,
        [(AgentKind.Professional, TypeGroup.Terminology)] = Reading,
        [(AgentKind.Professional, TypeGroup.Catalogue)] = Reading,
        [(AgentKind.Professional, TypeGroup.Documents)] = Reading + "cup",
        [(AgentKind.Professional, TypeGroup.Clinical)] = Reading + "cup",
        [(AgentKind.Professional, TypeGroup.Administrative)] = Reading + "cup",
        [(AgentKind.Professional, TypeGroup.Trace)] = "c",
        // To be told of what they may see, and no more: each notification is decided anew.
        [(AgentKind.Professional, TypeGroup.Subscriptions)] = Reading + "cupd",

        // A system keeps what its own structure deposited, deletion of a false deposit included.
        // No history of Patient: it would list everybody.
        [(AgentKind.System, TypeGroup.Identity)] = "rvs",
        [(AgentKind.System, TypeGroup.Directory)] = Reading,
        [(AgentKind.System, TypeGroup.Terminology)] = Reading,
        [(AgentKind.System, TypeGroup.Catalogue)] = Reading,
        [(AgentKind.System, TypeGroup.Documents)] = Reading + "cupd",
        [(AgentKind.System, TypeGroup.Clinical)] = Reading + "cupd",
        [(AgentKind.System, TypeGroup.Administrative)] = Reading + "cupd",
        [(AgentKind.System, TypeGroup.Trace)] = Reading + "c",
        [(AgentKind.System, TypeGroup.Subscriptions)] = Reading + "cupd",
    };

    static readonly Dictionary<string, TypeGroup> GroupOf =
        Groups.SelectMany(group => group.Value.Split(' ').Select(type => (type, group.Key))).ToDictionary(pair => pair.type, pair => pair.Key);

    /// <summary>The group of a type; null for a type that is not of R4.</summary>
    public static TypeGroup? Group(string resourceType) => GroupOf.TryGetValue(resourceType, out var group) ? group : null;

    public static bool Allows(AgentKind kind, string resourceType, Interaction interaction)
    {
        if (!GroupOf.TryGetValue(resourceType, out var group)) return false;
        if (!Enum.IsDefined(interaction)) return false;
        if (kind is AgentKind.Steward or AgentKind.Program) return true;
        return Allowed.TryGetValue((kind, group), out var letters) && letters.Contains(Letter(interaction), StringComparison.Ordinal);
    }

    static char Letter(Interaction interaction) => interaction switch
    {
        Interaction.Read => 'r',
        Interaction.Vread => 'v',
        Interaction.Search => 's',
        Interaction.History => 'h',
        Interaction.Create => 'c',
        Interaction.Update => 'u',
        Interaction.Patch => 'p',
        Interaction.Delete => 'd',
        _ => '?'
    };
}
