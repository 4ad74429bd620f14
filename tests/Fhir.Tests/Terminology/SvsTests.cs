using System.Text;
using Socle.Fhir.Tests.Fuzzing;

namespace Socle.Fhir.Tests.Terminologies;

public sealed class SvsTests
{
    const string Table = """
        <?xml version="1.0" encoding="UTF-8"?>
        <RetrieveValueSetResponse xmlns="urn:ihe:iti:svs:2008" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
           <ValueSet dateFin="" dateMaj="20240927120000" dateValid="20130123000000" description="Essai" displayName="JDV_J999_Essai_CISIS.tabs"
                     effectiveDate="2013-01-23T00:00:00+01:00" id="1.2.250.1.213.1.1.5.99999" revisionDate="2024-09-27T12:00:00+01:00" typeFichier="JDV"
                     urlFichier="https://mos.esante.gouv.fr/NOS/JDV_J999-Essai-CISIS">
              <ConceptList>
                 <Concept code="34112-3" codeSystem="2.16.840.1.113883.6.1" displayName="CR hospitalier" dateValid="20130123000000" dateFin=""/>
                 <Concept code="OLD" codeSystem="1.2.250.1.213.1.1.4.12" displayName="Ancien" dateValid="20130123000000" dateFin="20200630120000"/>
                 <Concept code="SOON" codeSystem="1.2.250.1.213.1.1.4.12" displayName="À venir" dateValid="20400101000000" dateFin=""/>
                 <Concept code="X" codeSystem="1.2..3" displayName="sans système"/>
                 <Concept code="OLD" codeSystem="1.2.250.1.213.1.1.4.12" displayName="en double"/>
              </ConceptList>
           </ValueSet>
        </RetrieveValueSetResponse>
        """;

    [Fact]
    public void A_table_becomes_a_value_set_with_its_dates()
    {
        var table = SvsReader.Read(Encoding.UTF8.GetBytes(Table));
        (table.Oid, table.Name, table.Version, table.Concepts.Count, table.IsCodeSystem).ShouldBe(("1.2.250.1.213.1.1.5.99999", "JDV_J999_Essai_CISIS", "20240927120000", 3, false));
        table.Faults.Count.ShouldBe(2);
        table.Faults[0].ShouldContain("ligne 10");
        var index = TerminologyIndex.Of([SvsResource.Of(table)], () => Known.Today);
        string[] names =
        [
            "https://mos.esante.gouv.fr/NOS/JDV_J999-Essai-CISIS/FHIR/JDV-J999-Essai-CISIS", "urn:oid:1.2.250.1.213.1.1.5.99999",
            "https://mos.esante.gouv.fr/NOS/JDV_J999-Essai-CISIS", "https://smt.esante.gouv.fr/fhir/ValueSet/jdv-j999-essai-cisis"
        ];
        foreach (var name in names)
        {
            index.InValueSet(name, "http://loinc.org", "34112-3").ShouldBe(CodeVerdict.Yes, name);
            index.InValueSet(name, "urn:oid:2.16.840.1.113883.6.1", "34112-3").ShouldBe(CodeVerdict.Yes, name);
            index.InValueSet(name, "urn:oid:1.2.250.1.213.1.1.4.12", "OLD").ShouldBe(CodeVerdict.Expired, name);
            index.InValueSet(name, "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire", "SOON").ShouldBe(CodeVerdict.No, name);
        }
        index.InValueSet("https://elsewhere.example/JDV_J999-Essai-CISIS", null, "OLD").ShouldBe(CodeVerdict.Unknown);
        index.Expand(names[0])!.ShouldContain(("http://loinc.org", "34112-3"));
        index.Expand(names[0])!.ShouldContain(("urn:oid:2.16.840.1.113883.6.1", "34112-3"));
    }

    [Fact]
    public void A_terminology_table_becomes_a_code_system()
    {
        var table = SvsReader.Read(Encoding.UTF8.GetBytes(Table.Replace("\"JDV\"", "\"TRE\"", StringComparison.Ordinal).Replace("JDV_", "TRE_", StringComparison.Ordinal)));
        table.IsCodeSystem.ShouldBeTrue();
        var index = TerminologyIndex.Of([SvsResource.Of(table)], () => Known.Today);
        index.InSystem("urn:oid:1.2.250.1.213.1.1.5.99999", "OLD").ShouldBe(CodeVerdict.Expired);
        index.InSystem("https://mos.esante.gouv.fr/NOS/TRE_J999-Essai-CISIS/FHIR/TRE-J999-Essai-CISIS", "34112-3").ShouldBe(CodeVerdict.Yes);
        index.InSystem("urn:oid:1.2.250.1.213.1.1.5.99999", "NOPE").ShouldBe(CodeVerdict.No);
    }

    [Theory]
    [InlineData("", "vide")]
    [InlineData("<a/>", "ligne 1")]
    [InlineData("<RetrieveValueSetResponse xmlns='urn:ihe:iti:svs:2008'>\n</RetrieveValueSetResponse>", "ligne 2")]
    [InlineData("<RetrieveValueSetResponse xmlns='urn:ihe:iti:svs:2008'>\n<ValueSet id='x' displayName='a'/></RetrieveValueSetResponse>", "OID (ligne 2)")]
    [InlineData("<RetrieveValueSetResponse xmlns='urn:ihe:iti:svs:2008'>\n<ValueSet id='1.2.3'/></RetrieveValueSetResponse>", "displayName) (ligne 2)")]
    [InlineData("<RetrieveValueSetResponse xmlns='urn:ihe:iti:svs:2008'>\n<ValueSet id='1.2.3' displayName='JDV_a' dateFin='demain'/></RetrieveValueSetResponse>", "dateFin")]
    [InlineData("<RetrieveValueSetResponse xmlns='urn:ihe:iti:svs:2008'>\n<ValueSet id='1.2.3' displayName='JDV_a'><ConceptList/></ValueSet></RetrieveValueSetResponse>", "aucun code")]
    [InlineData("<RetrieveValueSetResponse xmlns='urn:ihe:iti:svs:2008'>\n<ValueSet id='1.2.3' displayName='JDV_a'>", "ine 2")]
    public void What_is_malformed_is_refused_with_its_line(string xml, string says) =>
        Should.Throw<FhirException>(() => SvsReader.Read(Encoding.UTF8.GetBytes(xml))).Message.ShouldContain(says);

    [Fact]
    public void Changed_tables_are_read_or_refused()
    {
        var accepted = 0;
        var result = Fuzz.Run("SvsReader.Read", FuzzKind.Xml, [Encoding.UTF8.GetBytes(Table)], bytes =>
        {
            var table = SvsReader.Read(bytes);
            // What is accepted is a resource; one in ten is looked at, the reader is what is tried here.
            if (accepted++ % 10 == 0) FhirDocument.Parse(SvsResource.Of(table)).Dispose();
        });
        result.Accepted.ShouldBeInRange(result.Count / 100, result.Count * 9 / 10);
    }

    [Fact]
    public void Every_table_of_the_nomenclature_is_a_resource_or_refused()
    {
        if (!SharedData.Exists("nos")) return;
        var (refused, codes, resources, names) = (new List<string>(), 0, new List<ReadOnlyMemory<byte>>(), new HashSet<string>());
        foreach (var path in Directory.EnumerateFiles(SharedData.At("nos"), "*.xml").Order(StringComparer.Ordinal))
        {
            try
            {
                var table = SvsReader.Read(File.ReadAllBytes(path));
                codes += table.Concepts.Count;
                resources.Add(SvsResource.Of(table));
                names.Add(SvsResource.UrlOf(table)).ShouldBeTrue($"{path}: another table has its address");
            }
            catch (FhirException)
            {
                refused.Add(Path.GetFileName(path));
            }
        }
        refused.ShouldBe(["ActPharmacySupplyType.xml", "CoverageRoleType.xml", "JDV_Evaluation_AGGIR_PA_CISIS.xml", "JDV_Evaluation_AGGIR_PH_CISIS.xml", "MediaType.xml"]);
        resources.Count.ShouldBe(518);
        codes.ShouldBeGreaterThan(14_300);
        var index = TerminologyIndex.Of(resources, () => Known.Today);
        const string types = "https://mos.esante.gouv.fr/NOS/JDV_J07-XdsTypeCode-CISIS/FHIR/JDV-J07-XdsTypeCode-CISIS";
        index.InValueSet(types, "http://loinc.org", "11502-2").ShouldBe(CodeVerdict.Yes);
        index.InValueSet(types, "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire", "SYNTH").ShouldBe(CodeVerdict.Yes);
        index.InValueSet(types, "http://loinc.org", "0000-0").ShouldBe(CodeVerdict.No);
        index.InValueSet(types, "urn:oid:ASTM", "E1762").ShouldBe(CodeVerdict.Yes);
        index.Content(index.Set(types)!).Members.Count.ShouldBe(114);
    }
}
