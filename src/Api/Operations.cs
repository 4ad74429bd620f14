namespace Socle.Api;

/// <summary>The operations of the API itself, in the form in which modules add theirs.</summary>
static class Operations
{
    const string Hl7 = "http://hl7.org/fhir/OperationDefinition/";

    public static IReadOnlyList<FhirOperation> All { get; } =
    [
        .. Both("everything", "Patient/{id}/$everything", "Patient-everything", ShowEverything.OfPatient),
        .. Both("everything", "Patient/$everything", "Patient-everything", ShowEverything.OfMyself),
        .. Both("everything", "Encounter/{id}/$everything", "Encounter-everything", ShowEverything.OfEncounter),
        .. Both("lastn", "Observation/$lastn", "Observation-lastn", LastObservations.Handle),
        .. Both("document", "Composition/{id}/$document", "Composition-document", MakeDocument.Handle),
        .. Both("meta", "$meta", "Resource-meta", ShowMeta.OfSystem),
        .. Both("meta", "{type}/$meta", "Resource-meta", ShowMeta.OfType),
        .. Both("meta", "{type}/{id}/$meta", "Resource-meta", ShowMeta.OfInstance),
        .. Both("meta", "{type}/{id}/_history/{version}/$meta", "Resource-meta", ShowMeta.OfVersion),
        new("meta-add", "POST", "{type}/{id}/$meta-add", Hl7 + "Resource-meta-add", ChangeMeta.Add),
        new("meta-delete", "POST", "{type}/{id}/$meta-delete", Hl7 + "Resource-meta-delete", ChangeMeta.Delete)
    ];

    // What changes nothing is asked by GET or, with Parameters, by POST.
    static FhirOperation[] Both(string name, string route, string definition, Func<FhirCall, CancellationToken, Task<FhirAnswer>> handle) =>
        [new(name, "GET", route, Hl7 + definition, handle), new(name, "POST", route, Hl7 + definition, handle)];
}
