using System.Text;

namespace Socle.Fhir.Tests.Core;

/// <summary>Resources of invented people that use most shapes of FHIR JSON.</summary>
static class Samples
{
    /// <summary>About 1.5 KB, like a result of a laboratory.</summary>
    public static readonly byte[] Observation = Encoding.UTF8.GetBytes("""
        {"resourceType":"Observation","id":"glyc-2026-05-04","meta":{"versionId":"1","lastUpdated":"2026-05-04T08:20:30.040Z","profile":["http://interopsante.org/fhir/StructureDefinition/FrObservation"]},
        "identifier":[{"use":"official","system":"urn:oid:1.2.250.1.71.4.2.9","value":"LAB-2026-000123"}],"status":"final",
        "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory","display":"Laboratory"}]}],
        "code":{"coding":[{"system":"http://loinc.org","code":"14749-6","display":"Glucose [Moles/volume] in Serum or Plasma"}],"text":"Glycémie"},
        "subject":{"reference":"Patient/f3kq7d2m5n6p8r9s","display":"Zoé Lefèbvre-Martin"},"encounter":{"reference":"Encounter/77"},
        "effectiveDateTime":"2026-05-04T07:45:00+02:00","issued":"2026-05-04T10:02:11.500+02:00","performer":[{"reference":"Organization/labo-1","display":"Laboratoire des Lilas"}],
        "valueQuantity":{"value":5.30,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},
        "interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"N","display":"Normal"}]}],
        "note":[{"text":"Prélèvement à jeun depuis 12 heures, sans particularité."}],
        "referenceRange":[{"low":{"value":3.90,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},"high":{"value":5.80,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},"text":"3,90 à 5,80"}]}
        """);

    public static readonly byte[] Patient = Encoding.UTF8.GetBytes("""
        {
          "resourceType": "Patient", "id": "p1",
          "contained": [{"resourceType": "Organization", "id": "o", "name": "Cabinet"}],
          "extension": [{"url": "http://e", "extension": [{"url": "a", "valueCode": "x"}, {"url": "b", "valueReference": {"reference": "#o"}}]}],
          "active": true, "_active": {"extension": [{"url": "http://f", "valueString": "\u00e9\ud83d\ude00"}]},
          "name": [{"family": "L\u2019Hôte", "given": ["Zoé", null], "_given": [null, {"extension": [{"url": "http://g", "valueBoolean": false}]}]}],
          "gender": "female", "birthDate": "1987-11-30", "multipleBirthInteger": 2,
          "contact": [{"name": {"text": "Ami"}, "telecom": [{"system": "phone", "value": "0", "rank": 1}]}],
          "generalPractitioner": [{"reference": "Practitioner/1"}], "link": [{"other": {"reference": "Patient/2"}, "type": "seealso"}]
        }
        """);

    public static readonly byte[] Bundle = Encoding.UTF8.GetBytes("""
        {"resourceType":"Bundle","type":"transaction","entry":[
        {"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{"resourceType":"Patient","active":false},"request":{"method":"POST","url":"Patient"}},
        {"resource":{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"path","valueString":"a"},{"name":"r","resource":{"resourceType":"Basic","code":{"text":"x"}}}]}]},
        "request":{"method":"PUT","url":"Basic/1","ifMatch":"W/\"1\""}}]}
        """);

    public static IReadOnlyList<byte[]> All => [Observation, Patient, Bundle];
}
