using System.Text;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Socle.Fhir;

namespace Socle.Cda.Tests;

/// <summary>A spoiled document is read and shown, or refused with issues: nothing else ever comes out.</summary>
public sealed class CdaParserProperties
{
    static readonly string Whole = Sample.Xml(
        Sample.Body(Sample.Section("<paragraph ID=\"a\">x<footnote ID=\"f\">n</footnote><linkHtml href=\"#a\">y</linkHtml></paragraph><table><tr><td>1</td></tr></table><renderMultiMedia referencedObject=\"m\"/>", entries: Sample.Media("m", "image/png", Sample.Png))),
        more: """
            <legalAuthenticator><time value="20240302"/><assignedEntity><id root="1.2" extension="9"/><assignedPerson><name><given>Paul</given><family>ESSAI</family></name></assignedPerson></assignedEntity></legalAuthenticator>
            <participant typeCode="INF"><time><low value="2024"/></time><associatedEntity classCode="NOK"><associatedPerson><name>Libre</name></associatedPerson></associatedEntity></participant>
            <documentationOf><serviceEvent><effectiveTime><low value="202402281000+0100"/></effectiveTime><performer typeCode="PRF"><assignedEntity><id root="1.2" extension="9"/></assignedEntity></performer></serviceEvent></documentationOf>
            <relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.3" extension="A0"/></parentDocument></relatedDocument>
            <componentOf><encompassingEncounter><effectiveTime value="20240301"/><location><healthCareFacility><code code="SA25"/></healthCareFacility></location></encompassingEncounter></componentOf>
            """);

    [Fact]
    public void Spoiled_bytes_are_read_or_refused() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Survives(SpoiledBytes(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Missing_parts_and_wild_values_are_read_or_refused() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Survives(SpoiledTree(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    static bool Survives(byte[] bytes)
    {
        try
        {
            var document = CdaDocument.Parse(bytes);
            CdaMetadata.Of(document, bytes).UniqueId.ShouldStartWith("urn:");
            PageRules.Check(CdaRenderer.Render(document, new CdaRenderOptions()));
            return true;
        }
        catch (FhirException refused)
        {
            return refused.Issues.Count > 0;
        }
    }

    static byte[] SpoiledBytes(int seed)
    {
        var random = new System.Random(seed);
        var bytes = Encoding.UTF8.GetBytes(Whole);
        for (var i = random.Next(1, 4); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(10) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    static byte[] SpoiledTree(int seed)
    {
        var random = new System.Random(seed);
        var root = XElement.Parse(Whole);
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var all = root.Descendants().ToArray();
            var one = all[random.Next(all.Length)];
            if (random.Next(3) == 0) one.Remove();
            else if (random.Next(2) == 0) one.Attributes().Remove();
            else if (random.Next(2) == 0) one.ReplaceNodes(new XText("\u202e<x>&"));
            else foreach (var attribute in one.Attributes().Where(a => !a.IsNamespaceDeclaration)) attribute.Value = random.Next(2) == 0 ? "" : "9999999999\u00e9\"><x> ";
        }
        return Encoding.UTF8.GetBytes(root.ToString(SaveOptions.DisableFormatting));
    }
}
