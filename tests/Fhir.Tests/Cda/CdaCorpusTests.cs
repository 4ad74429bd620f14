using System.Xml.Linq;

namespace Socle.Cda.Tests;

/// <summary>The 61 sample documents of the CI-SIS models and the two of the medico-social export.</summary>
public sealed class CdaCorpusTests
{
    public static TheoryData<string> Files => CdaFiles.All;

    [CdaFilesFact]
    public void There_are_61_files_of_the_models() => CdaFiles.In("cda").Count().ShouldBe(61);

    [CdaFilesTheory, MemberData(nameof(Files))]
    public void A_sample_is_read_with_what_the_shared_record_needs(string file)
    {
        var bytes = CdaFiles.Read(file);
        var document = CdaDocument.Parse(bytes);
        var metadata = CdaMetadata.Of(document, bytes);

        metadata.UniqueId.ShouldStartWith("urn:");
        metadata.Ins.ShouldNotBeNull();
        metadata.SourcePatient.BirthName.ShouldNotBeEmpty();
        metadata.SourcePatient.FirstGiven.ShouldNotBeNullOrEmpty();
        metadata.SourcePatient.BirthDate.ShouldNotBeNull();
        metadata.SourcePatient.BirthPlaceCode.ShouldNotBeNull();
        metadata.Authors.ShouldNotBeEmpty();
        metadata.Authors.ShouldAllBe(a => a.Name.Length > 0 && a.Name != "Auteur non nommé");
        metadata.LegalAuthenticator!.Time.ShouldNotBeNull();
        metadata.Custodian!.Name.ShouldNotBeNull();
        metadata.Facility!.Code!.ShouldStartWith("SA");
        metadata.Setting.ShouldNotBeNull();
        metadata.ServiceStart.ShouldNotBeNull();
        metadata.Format.Code.ShouldNotBe(FormatCodes.OutsideProfiles);
        DocumentTypes.Find(metadata.Type.Code).ShouldNotBeNull();
        (document.IsStructured ? document.Sections.Count : document.AttachedBody!.Content.Length).ShouldBeGreaterThan(0);
    }

    [CdaFilesTheory, MemberData(nameof(Files))]
    public void A_sample_renders_to_a_safe_page_that_keeps_every_text(string file)
    {
        var bytes = CdaFiles.Read(file);
        var html = CdaRenderer.Render(CdaDocument.Parse(bytes), new CdaRenderOptions());

        var page = PageRules.Check(html);
        var text = PageRules.Folded(page.Body!.TextContent);
        NarrativeTexts(bytes).Where(t => !text.Contains(t, StringComparison.Ordinal)).ShouldBeEmpty();
        CdaRenderer.Render(CdaDocument.Parse(bytes), new CdaRenderOptions()).ShouldBe(html);
    }

    [CdaFilesFact]
    public void The_documents_inside_hospital_messages_are_read_and_shown()
    {
        var found = CdaFiles.InMessages().ToArray();
        foreach (var (name, bytes) in found)
        {
            var document = CdaDocument.Parse(bytes);
            CdaMetadata.Of(document, bytes).Ins.ShouldNotBeNull(name);
            PageRules.Check(CdaRenderer.Render(document, new CdaRenderOptions()));
        }
        found.Length.ShouldBeGreaterThan(15);
    }

    // Straight from the XML, by another road than the renderer's.
    static string[] NarrativeTexts(byte[] bytes)
    {
        XNamespace v3 = "urn:hl7-org:v3";
        using var stream = new MemoryStream(bytes);
        return [.. XDocument.Load(stream).Descendants(v3 + "section").Elements(v3 + "text").DescendantNodes().OfType<XText>()
            .Select(t => PageRules.Folded(t.Value)).Where(t => t.Length > 0)];
    }
}
