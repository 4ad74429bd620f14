using System.Text;

namespace Socle.Fhir;

/// <summary>The two profiles of data types that R4 itself uses as if they were types.</summary>
static class BuiltInProfiles
{
    public static IReadOnlyList<ProfileSource> All { get; } =
    [
        Read("""
            {"resourceType":"StructureDefinition","url":"http://hl7.org/fhir/StructureDefinition/SimpleQuantity","version":"4.0.1","name":"SimpleQuantity",
             "type":"Quantity","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Quantity","derivation":"constraint","differential":{"element":[
             {"path":"Quantity"},{"path":"Quantity.comparator","max":"0"}]}}
            """),
        Read("""
            {"resourceType":"StructureDefinition","url":"http://hl7.org/fhir/StructureDefinition/MoneyQuantity","version":"4.0.1","name":"MoneyQuantity",
             "type":"Quantity","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Quantity","derivation":"constraint","differential":{"element":[
             {"path":"Quantity","constraint":[{"key":"mtqy-1","severity":"error","human":"There SHALL be a code if there is a value and it SHALL be an expression of currency.","expression":"(code.exists() or value.empty()) and (system.empty() or system = 'urn:iso:std:iso:4217')"}]}]}}
            """)
    ];

    static ProfileSource Read(string json) => ProfileReader.Read(Encoding.UTF8.GetBytes(json))!;
}
