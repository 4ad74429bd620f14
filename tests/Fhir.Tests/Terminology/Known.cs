using System.Text;

namespace Socle.Fhir.Tests.Terminologies;

/// <summary>An invented code system with a tree, dates and properties, and a few value sets over it.</summary>
static class Known
{
    public static readonly DateTimeOffset Today = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public const string Animals = """
        {"resourceType":"CodeSystem","id":"animals","url":"http://example.org/animals","identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:oid:1.2.3.4.5"}],
         "version":"2.0","name":"Animals","title":"Animaux","status":"active","content":"complete","hierarchyMeaning":"is-a",
         "property":[{"code":"legs","type":"integer"},{"code":"dateFin","type":"dateTime"}],
         "concept":[
          {"code":"mammal","display":"Mammifère","property":[{"code":"notSelectable","valueBoolean":true}],"concept":[
            {"code":"dog","display":"Chien","designation":[{"language":"en","value":"Dog"},{"language":"br","use":{"system":"http://snomed.info/sct","code":"900000000000013009"},"value":"Ki"}],
             "property":[{"code":"legs","valueInteger":4}],"concept":[{"code":"basset","display":"Basset","property":[{"code":"legs","valueInteger":4}]}]},
            {"code":"whale","display":"Baleine","property":[{"code":"legs","valueInteger":0}]}]},
          {"code":"bird","display":"Oiseau","property":[{"code":"legs","valueInteger":2}]},
          {"code":"dodo","display":"Dodo","property":[{"code":"parent","valueCode":"bird"},{"code":"dateFin","valueDateTime":"1681-01-01"},{"code":"replacedBy","valueCode":"bird"}]},
          {"code":"robot","display":"Robot","property":[{"code":"dateValid","valueDateTime":"2040-01-01"}]},
          {"code":"myth","display":"Licorne","property":[{"code":"inactive","valueBoolean":true}]}]}
        """;

    public const string OldAnimals = """
        {"resourceType":"CodeSystem","id":"animals1","url":"http://example.org/animals","version":"1.10","status":"retired","content":"complete","concept":[{"code":"fish","display":"Poisson"}]}
        """;

    public static TerminologyIndex Index(params string[] more) =>
        TerminologyIndex.Of([.. more.Append(Animals).Append(OldAnimals).Select(Bytes)], () => Today);

    public static ReadOnlyMemory<byte> Bytes(string json) => Encoding.UTF8.GetBytes(json);

    public static string Set(string compose, string id = "s", string? extra = null) =>
        $$"""{"resourceType":"ValueSet","id":"{{id}}","url":"http://example.org/set/{{id}}"{{extra}},"status":"active","compose":{{compose}}}""";

    public static string[] Codes(TerminologyIndex index, string id = "s") =>
        [.. index.Content(index.Set($"http://example.org/set/{id}")!).Members.Select(m => m.Code).Order(StringComparer.Ordinal)];
}
