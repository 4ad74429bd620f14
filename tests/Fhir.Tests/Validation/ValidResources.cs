using System.Text.Json.Nodes;

namespace Socle.Fhir.Tests.Validation;

/// <summary>Resources of invented people that are right, and a profile for each that they hold.</summary>
static class ValidResources
{
    public static readonly IReadOnlyList<string> All =
    [
        """
        {"resourceType":"Patient","id":"p1","meta":{"profile":["https://exemple.test/StructureDefinition/patient"]},
         "identifier":[{"use":"official","system":"urn:oid:1.2.250.1.213.1.4.10","value":"180057500108436"},{"system":"urn:local","value":"P-1"}],"active":true,
         "name":[{"use":"official","family":"Lévêque","given":["Zoé","Anne"],"period":{"start":"1984-03-02"}}],"telecom":[{"system":"phone","value":"0100000000","rank":1}],
         "gender":"female","birthDate":"1984-03-02","address":[{"use":"home","line":["1 rue des Lilas"],"city":"Brest","postalCode":"29200"}],"maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]},
         "contact":[{"relationship":[{"text":"mère"}],"name":{"family":"Lévêque"}}],"generalPractitioner":[{"reference":"Practitioner/d1"}],
         "link":[{"other":{"reference":"Patient/p2"},"type":"seealso"}]}
        """,
        """
        {"resourceType":"Observation","id":"o1","meta":{"profile":["https://exemple.test/StructureDefinition/blood-pressure"]},"status":"final",
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-01-10T08:00:00+01:00","issued":"2026-01-10T09:00:00Z",
         "performer":[{"reference":"Practitioner/d1"}],"interpretation":[{"text":"normal"}],
         "referenceRange":[{"low":{"value":90,"unit":"mmHg"},"text":"usuel"}],
         "component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":128,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
          {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":82,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}
        """,
        """
        {"resourceType":"Condition","id":"c1","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
         "verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"problem-list-item"}]}],
         "code":{"text":"Asthme"},"subject":{"reference":"Patient/p1"},"onsetDateTime":"2019-05","recordedDate":"2020-01-01","asserter":{"reference":"Practitioner/d1"},
         "stage":[{"summary":{"text":"1"}}],"evidence":[{"detail":[{"reference":"Observation/o1"}]}]}
        """,
        """
        {"resourceType":"MedicationRequest","id":"m1","meta":{"profile":["https://exemple.test/StructureDefinition/prescription"]},"status":"active","intent":"order","medicationCodeableConcept":{"text":"Paracétamol 500 mg"},
         "subject":{"reference":"Patient/p1"},"authoredOn":"2026-02-01","requester":{"reference":"Practitioner/d1"},
         "dosageInstruction":[{"text":"1 comprimé 3 fois par jour","timing":{"repeat":{"frequency":3,"period":1,"periodUnit":"d","boundsDuration":{"value":5,"unit":"j","system":"http://unitsofmeasure.org","code":"d"}}},
          "doseAndRate":[{"doseQuantity":{"value":1,"unit":"comprimé"}}]}],"dispenseRequest":{"validityPeriod":{"start":"2026-02-01","end":"2026-05-01"},"numberOfRepeatsAllowed":2}}
        """,
        """
        {"resourceType":"AllergyIntolerance","id":"a1","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},
         "type":"allergy","category":["medication"],"criticality":"high","code":{"text":"Pénicilline"},"patient":{"reference":"Patient/p1"},"recordedDate":"2020-06-01",
         "reaction":[{"manifestation":[{"text":"Urticaire"}],"severity":"moderate","onset":"2020-05-30"}]}
        """,
        """
        {"resourceType":"Encounter","id":"e1","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"subject":{"reference":"Patient/p1"},
         "participant":[{"individual":{"reference":"Practitioner/d1"},"period":{"start":"2026-01-10T08:00:00Z","end":"2026-01-10T08:30:00Z"}}],
         "period":{"start":"2026-01-10T08:00:00Z","end":"2026-01-10T08:30:00Z"},"location":[{"location":{"reference":"Location/l1"},"status":"completed"}],"serviceProvider":{"reference":"Organization/h1"}}
        """,
        """
        {"resourceType":"Questionnaire","id":"q1","url":"https://exemple.test/Questionnaire/q1","name":"Douleur","status":"active","subjectType":["Patient"],"date":"2026-01-01",
         "item":[{"linkId":"1","text":"Douleur","type":"group","item":[{"linkId":"1.1","text":"Intensité","type":"integer","required":true},{"linkId":"1.2","text":"Où","type":"choice","answerOption":[{"valueString":"tête"}]}]}]}
        """,
        """
        {"resourceType":"Bundle","type":"collection","entry":[
         {"fullUrl":"https://exemple.test/fhir/Practitioner/d1","resource":{"resourceType":"Practitioner","id":"d1","active":true,"name":[{"family":"Ménard"}],"gender":"male",
          "qualification":[{"code":{"text":"médecin"},"period":{"start":"2005"}}]}},
         {"fullUrl":"https://exemple.test/fhir/DiagnosticReport/r1","resource":{"resourceType":"DiagnosticReport","id":"r1","contained":[{"resourceType":"Specimen","id":"s","status":"available","subject":{"reference":"Patient/p1"}}],
          "status":"final","code":{"text":"NFS"},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-01-10","specimen":[{"reference":"#s"}],"performer":[{"reference":"Practitioner/d1"}],
          "presentedForm":[{"contentType":"application/pdf","data":"SGVsbG8=","title":"NFS"}]}}]}
        """
    ];

    public static readonly Validator Validator = SampleProfiles.Validator(
        SampleProfiles.Definition("patient", "Patient", """
            {"path":"Patient.identifier","min":1,"slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"closed"}},
            {"path":"Patient.identifier","sliceName":"ins","min":1,"max":"1"},{"path":"Patient.identifier.system","fixedUri":"urn:oid:1.2.250.1.213.1.4.10"},{"path":"Patient.identifier.value","min":1,"maxLength":15},
            {"path":"Patient.identifier","sliceName":"local"},{"path":"Patient.identifier.system","fixedUri":"urn:local"},
            {"path":"Patient.name.family","min":1},{"path":"Patient.birthDate","min":1,"minValueDate":"1900-01-01"},
            {"path":"Patient.maritalStatus","patternCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"}]}},
            {"path":"Patient.photo","max":"0"},{"path":"Patient","constraint":[{"key":"ex-1","severity":"error","human":"A minor has a contact.","expression":"birthDate < @2010-01-01 or contact.exists()"}]}
            """),
        SampleProfiles.Definition("blood-pressure", "Observation", """
            {"path":"Observation.code","patternCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]}},
            {"path":"Observation.subject","min":1,"type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Patient"]}]},
            {"path":"Observation.effective[x]","min":1,"type":[{"code":"dateTime"}]},
            {"path":"Observation.component","slicing":{"discriminator":[{"type":"pattern","path":"code"}],"rules":"open"},"min":2},
            {"path":"Observation.component","sliceName":"systolic","min":1,"max":"1"},{"path":"Observation.component.code","patternCodeableConcept":{"coding":[{"code":"8480-6"}]}},{"path":"Observation.component.value[x]","min":1,"type":[{"code":"Quantity"}]},
            {"path":"Observation.component","sliceName":"diastolic","min":1,"max":"1"},{"path":"Observation.component.code","patternCodeableConcept":{"coding":[{"code":"8462-4"}]}}
            """),
        SampleProfiles.Definition("prescription", "MedicationRequest", """
            {"path":"MedicationRequest.intent","fixedCode":"order"},{"path":"MedicationRequest.authoredOn","min":1},{"path":"MedicationRequest.dosageInstruction","min":1,"max":"3"},
            {"path":"MedicationRequest.dosageInstruction.patientInstruction","max":"0"},{"path":"MedicationRequest.medication[x]","type":[{"code":"CodeableConcept"}]},
            {"path":"MedicationRequest.dispenseRequest.numberOfRepeatsAllowed","maxValueUnsignedInt":12}
            """));

    public static JsonObject Read(string json) => JsonNode.Parse(json)!.AsObject();
}
