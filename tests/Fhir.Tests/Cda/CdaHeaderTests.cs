using Socle.Fhir;

namespace Socle.Cda.Tests;

public sealed class CdaHeaderTests
{
    [Fact]
    public void The_patient_is_read_with_every_name()
    {
        var patient = Sample.Parse(Sample.Xml()).Header.Patient;

        (patient.BirthName, patient.UsedName, patient.FirstGiven, patient.UsedGiven).ShouldBe(("LEROUX-ESSAI", "MARTIN-ESSAI", "ANNE", "ANNIE"));
        patient.Given.ShouldBe(["ANNE MARIE"]);
        (patient.Sex.Code, patient.BirthDate!.ToFhir(), patient.BirthPlaceCode, patient.BirthPlaceName).ShouldBe(("F", "1977-07", "63220", "Ménétrol"));
        patient.Ids.Select(i => i.Urn).ShouldBe(["urn:oid:1.2.250.1.213.1.4.10^277076322082910", "urn:oid:1.2.3.4^IPP-7"]);
        patient.Addresses.Single().City.ShouldBe("Clermont-Ferrand");
    }

    [Fact]
    public void Metadata_come_from_the_header_and_the_bytes()
    {
        var more = """
            <legalAuthenticator><time value="20240301120000+0100"/><signatureCode code="S"/><assignedEntity><id root="1.2.3" extension="9"/><assignedPerson><name><given>Paul</given><family>ESSAI</family></name></assignedPerson></assignedEntity></legalAuthenticator>
            <documentationOf><serviceEvent><code code="1" displayName="Biochimie"/></serviceEvent></documentationOf>
            <documentationOf><serviceEvent><effectiveTime><low value="202402281000+0100"/><high value="20240301"/></effectiveTime><performer typeCode="PRF"><assignedEntity><id root="1.2.3" extension="9"/></assignedEntity></performer></serviceEvent></documentationOf>
            <relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.250.1.213.1.1.1.55.1" extension="A0"/></parentDocument></relatedDocument>
            <componentOf><encompassingEncounter><location><healthCareFacility><code code="SA25" displayName="Laboratoire" codeSystem="1.2.250.1.71.4.2.4"/></healthCareFacility></location></encompassingEncounter></componentOf>
            """;
        var bytes = System.Text.Encoding.UTF8.GetBytes(Sample.Xml(more: more));

        var data = CdaMetadata.Of(CdaDocument.Parse(bytes), bytes);

        (data.UniqueId, data.SetId, data.Version, data.Title).ShouldBe(("urn:oid:1.2.250.1.213.1.1.1.55.1^A1", "urn:oid:1.2.250.1.213.1.1.1.55^A", 2, "Résultats d’essai"));
        (data.Type.Code, data.Type.Class.Code, data.Type.Unverified, data.Format.Code).ShouldBe(("11502-2", "10", true, "urn:ihe:lab:xd-lab:2008"));
        (data.Facility!.Code, data.Setting!.Code, data.SettingUnverified).ShouldBe(("SA25", "AMBULATOIRE", true));
        (data.ServiceStart!.ToFhir(), data.ServiceEnd!.ToFhir(), data.Creation.ToFhir()).ShouldBe(("2024-02-28T10:00:00+01:00", "2024-03-01", "2024-03-01T10:15:00+01:00"));
        data.Authors.Single().ShouldSatisfyAllConditions(
            a => a.Name.ShouldBe("DR Léa ESSAI"), a => a.Institution.ShouldBe("Laboratoire d’essai"), a => a.PersonId!.Extension.ShouldBe("801234534765"),
            a => a.InstitutionId!.Extension.ShouldBe("1120459876"), a => a.Specialty!.Code.ShouldBe("G15_10/SM03"));
        data.LegalAuthenticator!.Name.ShouldBe("Paul ESSAI");
        data.Replaces.ShouldBe(["urn:oid:1.2.250.1.213.1.1.1.55.1^A0"]);
        data.Confidentiality.Select(c => c.Code).ShouldBe(["N"]);
        data.SourcePatientId!.Extension.ShouldBe("IPP-7");
        data.Ins.ShouldBe(new InsClaim("277076322082910", Ins.Systems.Test, InsCheck.Right));
        data.Size.ShouldBe(bytes.Length);
        Convert.FromBase64String(data.Sha1).Length.ShouldBe(20);
    }

    [Fact]
    public void A_known_vector_of_the_hash() =>   // FIPS 180-1: SHA-1 of abc
        CdaMetadata.Of(Sample.Parse(Sample.Xml()), "abc"u8.ToArray()).Sha1.ShouldBe(Convert.ToBase64String(Convert.FromHexString("A9993E364706816ABA3E25717850C26C9CD0D89D")));

    [Fact]
    public void Masks_keep_the_normal_level_and_one_spelling()
    {
        var xml = Sample.Xml(confidentiality: """<confidentialityCode code="INVISIBLE_REP_LEGAUX" codeSystem="1.2.250.1.213.1.1.4.13"><translation code="MASQUE_PS"/></confidentialityCode>""");
        CdaMetadata.Of(Sample.Parse(xml), default).Confidentiality.Select(c => c.Code).ShouldBe(["N", "INVISIBLE_REPRESENTANTS_LEGAUX", "MASQUE_PS"]);
    }

    [Fact]
    public void A_production_ins_comes_before_a_test_one()
    {
        var target = Sample.Target.Replace("<id root=\"1.2.3.4\"", "<id root=\"1.2.250.1.213.1.4.8\" extension=\"277076322082911\"/><id root=\"1.2.3.4\"", StringComparison.Ordinal);
        CdaMetadata.Of(Sample.Parse(Sample.Xml(target: target)), default).Ins.ShouldBe(new InsClaim("277076322082911", Ins.Systems.Nir, InsCheck.WrongKey));
    }

    [Fact]
    public void A_uuid_root_is_a_uuid_urn() =>
        Sample.Parse(Sample.Xml(id: """<id root="DB1A30CD-0F52-4491-A64F-B394ECD2AA74"/>""")).Header.Id.Urn.ShouldBe("urn:uuid:db1a30cd-0f52-4491-a64f-b394ecd2aa74");

    [CdaFilesFact]
    public void Golden_facts_of_a_biology_report()
    {
        var bytes = CdaFiles.Read("cda/BIO-CR-BIO_2021.01_Microbiologie_V2.xml");
        var data = CdaMetadata.Of(CdaDocument.Parse(bytes), bytes);
        (data.UniqueId, data.Version, data.Type.Code).ShouldBe(("urn:oid:1.2.250.1.213.1.1.1.55.2021.6.2", 2, "11502-2"));
        data.Replaces.ShouldBe(["urn:oid:1.2.250.1.213.1.1.1.55.12345.8"]);
        (data.SourcePatient.BirthName, data.SourcePatient.Sex, data.SourcePatient.BirthPlaceCode).ShouldBe(("PAT-TROIS", "F", "51215"));
        (data.Setting!.Code, data.SettingUnverified, data.Facility!.Code).ShouldBe(("AMBULATOIRE", false, "SA25"));
        data.LegalAuthenticator!.Specialty!.Code.ShouldBe("G15_10/SM03");
    }

    [CdaFilesTheory]
    [InlineData("cda/CNAM-HR_2021.01.xml", "REMB", "60", "urn:asip:ci-sis:hr:2019", "AMO")]
    [InlineData("cda/VAC-NOTE_2023.01.xml", "87273-9", "52", "urn:asip:ci-sis:vac-note:2021", "AMBULATOIRE")]
    [InlineData("cda/DOC_NON_STRUCTURE_CDA-R2-N1.xml", "11502-2", "10", "urn:ihe:iti:xds-sd:pdf:2008", "AMBULATOIRE")]
    [InlineData("cda/eP-MED-DM_2024.01_PosoStruct.xml", "57833-6", "42", "urn:ihe:pharm:pre:2010", "AMBULATOIRE")]
    [InlineData("cda/IMG_CR_IMG_2024.01.xml", "18748-4", "31", "urn:ihe:rad:CDA:ImagingReportStructuredHeadings:2013", "AMBULATOIRE")]
    [InlineData("dui-cda/CDA_TDDUI_Exemple_v1.1.0.xml", "EXPORT_DUI", "11", "urn:asip:ci-sis:export-dui:2023", "ESSMS")]
    public void Type_class_format_and_setting_of_samples(string file, string type, string cls, string format, string setting)
    {
        var bytes = CdaFiles.Read(file);
        var data = CdaMetadata.Of(CdaDocument.Parse(bytes), bytes);
        (data.Type.Code, data.Type.Class.Code, data.Format.Code, data.Setting!.Code).ShouldBe((type, cls, format, setting));
    }

    [CdaFilesFact]
    public void Every_type_of_the_national_table_has_a_class()
    {
        var table = SafeXml.Load(CdaFiles.Read("nos/JDV_J07_XdsTypeCode_CISIS.xml"));
        var concepts = table.Descendants("{urn:ihe:iti:svs:2008}Concept").Select(c => ((string)c.Attribute("code")!, (string)c.Attribute("codeSystem")!));
        DocumentTypes.All.Select(t => (t.Code, t.System)).Order().ShouldBe(concepts.Order());
        DocumentTypes.All.Count.ShouldBe(114);
    }
}
