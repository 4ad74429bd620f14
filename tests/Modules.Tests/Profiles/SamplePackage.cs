using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Socle.Modules.Tests.Profiles;

/// <summary>FHIR packages made up for a test.</summary>
static class SamplePackage
{
    public const string Root = "https://exemple.test/ig/StructureDefinition/";

    public static string Profile(string name, string type, string elements, string? parent = null, string version = "1.0.0") => $$"""
        {"resourceType":"StructureDefinition","id":"{{name}}","url":"{{Root}}{{name}}","version":"{{version}}","name":"{{name.Replace("-", "", StringComparison.Ordinal)}}","status":"active","kind":"resource","abstract":false,"type":"{{type}}",
         "baseDefinition":"{{(parent ?? "http://hl7.org/fhir/StructureDefinition/" + type)}}","derivation":"constraint","differential":{"element":[{"id":"{{type}}","path":"{{type}}"},{{elements}}]} }
        """;

    public static string Born => Profile("born", "Patient", """{"id":"Patient.birthDate","path":"Patient.birthDate","min":1}""");

    public static byte[] Tgz(params (string Path, string Content)[] files)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (path, content) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
        }
        return to.ToArray();
    }

    public static byte[] Whole => Tgz(
        ("package/package.json", """{"name":"exemple.essai","version":"1.0.0"}"""),
        ("package/StructureDefinition-born.json", Born),
        ("package/StructureDefinition-child.json", Profile("child", "Patient", """{"id":"Patient.gender","path":"Patient.gender","min":1}""", Root + "born")),
        ("package/StructureDefinition-orphan.json", Profile("orphan", "Patient", """{"id":"Patient.gender","path":"Patient.gender","min":1}""", "https://absent.test/parent")),
        ("package/ValueSet-v.json", """{"resourceType":"ValueSet","id":"v","url":"https://exemple.test/ig/ValueSet/v","version":"1.0.0","status":"active","compose":{"include":[{"system":"urn:s","concept":[{"code":"a"}]}]}}"""),
        ("package/CodeSystem-s.json", """{"resourceType":"CodeSystem","id":"s","url":"urn:s","status":"active","content":"complete","concept":[{"code":"a"}]}"""),
        ("package/ImplementationGuide-x.json", """{"resourceType":"ImplementationGuide","id":"x","url":"https://exemple.test/ig","name":"x","status":"active","packageId":"exemple.essai","fhirVersion":["4.0.1"]}"""),
        ("package/.index.json", """{"index-version":1,"files":[]}"""),
        ("package/example/Patient-p.json", """{"resourceType":"Patient","id":"p","active":true}"""),
        ("package/other/Patient-q.json", """{"resourceType":"Patient","id":"q","active":true}"""),
        ("package/xml/x.xml", "<x/>"));
}
