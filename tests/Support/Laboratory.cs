using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Socle.Tests.Support;

/// <summary>A laboratory's software: finds a record by INS and deposits a biology report (CDA, 11502-2) by ITI-65.</summary>
public sealed class Laboratory(Uri server, string token) : IDisposable
{
    readonly HttpClient http = new()
    {
        BaseAddress = server,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token), Accept = { new("application/fhir+json") } },
    };

    public async Task<JsonNode> Get(string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Answers the id of the DocumentReference.</summary>
    public async Task<string> Deposit(string ins, string title, int number)
    {
        var found = await Get($"/fhir/Patient?identifier={Uri.EscapeDataString("urn:oid:1.2.250.1.213.1.4.10|" + ins)}");
        var patient = found["entry"]!.AsArray().ShouldHaveSingleItem()!["resource"]!;
        var cda = Encoding.UTF8.GetBytes(Report(patient, ins, title, number));
        using var content = new StringContent(Bundle(patient, ins, cda, title, number), Encoding.UTF8, "application/fhir+json");
        using var answer = await http.PostAsync(new Uri("/fhir", UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(200, text);
        var location = JsonNode.Parse(text)!["entry"]!.AsArray().Select(e => e!["response"]!["location"]!.GetValue<string>()).Single(l => l.Contains("DocumentReference/", StringComparison.Ordinal));
        return location.Split("DocumentReference/")[1].Split('/')[0];
    }

    public void Dispose() => http.Dispose();

    static string UniqueId(int number) => $"1.2.250.1.999.10.{number}";

    static string Bundle(JsonNode patient, string ins, byte[] cda, string title, int number) => $$$"""
        {
          "resourceType": "Bundle", "type": "transaction",
          "meta": {"profile": ["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.ProvideBundle"]},
          "entry": [
            {"fullUrl": "urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1{{{number % 10}}}", "request": {"method": "POST", "url": "List"}, "resource": {
              "resourceType": "List", "status": "current", "mode": "working",
              "meta": {"profile": ["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.SubmissionSet"]},
              "extension": [
                {"url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType", "valueCodeableConcept": {"coding": [{"system": "https://mos.esante.gouv.fr/NOS/TRE_A02-ProfessionSavFaire-CISIS/FHIR/TRE-A02-ProfessionSavFaire-CISIS", "code": "07"}]}},
                {"url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId", "valueIdentifier": {"value": "urn:oid:1.2.250.1.999.11"}}],
              "identifier": [{"use": "usual", "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.12.{{{number}}}"}],
              "code": {"coding": [{"system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "code": "submissionset"}]},
              "subject": {"reference": "Patient/{{{patient["id"]}}}"}, "date": "2026-03-03T10:05:00+01:00",
              "entry": [{"item": {"reference": "urn:uuid:aaaaaaaa-bbbb-cccc-dddd-e0000000000{{{number % 10}}}"}}]}},
            {"fullUrl": "urn:uuid:aaaaaaaa-bbbb-cccc-dddd-e0000000000{{{number % 10}}}", "request": {"method": "POST", "url": "DocumentReference"}, "resource": {
              "resourceType": "DocumentReference", "status": "current",
              "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:{{{UniqueId(number)}}}"},
              "type": {"coding": [{"system": "http://loinc.org", "code": "11502-2", "display": "CR d'examens biologiques"}]},
              "category": [{"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.1", "code": "10", "display": "Compte rendu"}]}],
              "subject": {"reference": "Patient/{{{patient["id"]}}}"}, "date": "2026-03-03T10:05:00+01:00", "description": "{{{title}}}",
              "author": [{"display": "Laboratoire des Tilleuls"}],
              "securityLabel": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}]}],
              "content": [{"attachment": {"contentType": "text/xml", "language": "fr-FR", "url": "urn:uuid:bbbbbbbb-0000-0000-0000-00000000000{{{number % 10}}}",
                "size": {{{cda.Length}}}, "hash": "{{{Convert.ToBase64String(Sha1(cda))}}}", "title": "{{{title}}}", "creation": "2026-03-03T10:00:00+01:00"},
                "format": {"system": "urn:oid:1.2.250.1.213.1.1.4.2.282", "code": "urn:asip:ci-sis:cr-bio:2021", "display": "CR-BIO"}}]}},
            {"fullUrl": "urn:uuid:bbbbbbbb-0000-0000-0000-00000000000{{{number % 10}}}", "request": {"method": "POST", "url": "Binary"}, "resource": {
              "resourceType": "Binary", "contentType": "text/xml", "data": "{{{Convert.ToBase64String(cda)}}}"}}
          ]
        }
        """;

#pragma warning disable CA5350 // the FHIR attachment's hash is SHA-1 by its specification
    static byte[] Sha1(byte[] bytes) => SHA1.HashData(bytes);
#pragma warning restore CA5350

    static string Report(JsonNode patient, string ins, string title, int number)
    {
        var name = patient["name"]!.AsArray().First(n => n!["use"]?.GetValue<string>() == "official")!;
        var sex = patient["gender"]!.GetValue<string>() == "female" ? "F" : "M";
        return $$"""
        <?xml version="1.0" encoding="UTF-8"?>
        <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
          <realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
          <templateId root="2.16.840.1.113883.2.8.2.1"/><templateId root="1.2.250.1.213.1.1.1.1"/><templateId root="1.2.250.1.213.1.1.1.55"/>
          <id root="{{UniqueId(number)}}"/>
          <code code="11502-2" codeSystem="2.16.840.1.113883.6.1" displayName="CR d'examens biologiques"/>
          <title>{{title}}</title><effectiveTime value="20260303100000+0100"/>
          <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25" displayName="Normal"/><languageCode code="fr-FR"/>
          <setId root="1.2.250.1.999.13.{{number}}"/><versionNumber value="1"/>
          <recordTarget><patientRole><id root="1.2.250.1.213.1.4.10" extension="{{ins}}"/>
            <patient><name><family qualifier="BR">{{name["family"]}}</family><given qualifier="BR">{{name["given"]![0]}}</given></name>
              <administrativeGenderCode code="{{sex}}" codeSystem="2.16.840.1.113883.5.1"/>
              <birthTime value="{{patient["birthDate"]!.GetValue<string>().Replace("-", "", StringComparison.Ordinal)}}"/></patient></patientRole></recordTarget>
          <author><time value="20260303095500+0100"/><assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="801234567897"/>
            <assignedPerson><name><prefix>DR</prefix><given>Irène</given><family>BIOLOGISTE</family></name></assignedPerson>
            <representedOrganization><name>Laboratoire des Tilleuls</name></representedOrganization></assignedAuthor></author>
          <custodian><assignedCustodian><representedCustodianOrganization><id root="1.2.250.1.71.4.2.2" extension="1540002698"/><name>Laboratoire des Tilleuls</name></representedCustodianOrganization></assignedCustodian></custodian>
          <legalAuthenticator><time value="20260303100000+0100"/><signatureCode code="S"/><assignedEntity><id root="1.2.250.1.71.4.2.1" extension="801234567897"/>
            <assignedPerson><name><prefix>DR</prefix><given>Irène</given><family>BIOLOGISTE</family></name></assignedPerson></assignedEntity></legalAuthenticator>
          <documentationOf><serviceEvent><effectiveTime><low value="20260303083000+0100"/></effectiveTime></serviceEvent></documentationOf>
          <component><structuredBody><component><section>
            <code code="18719-5" codeSystem="2.16.840.1.113883.6.1" displayName="Biochimie"/><title>Biochimie</title>
            <text><table><caption>Glycémie à jeun</caption><thead><tr><th>Examen</th><th>Résultat</th><th>Valeurs de référence</th></tr></thead>
              <tbody><tr><td>Glucose</td><td><content styleCode="Bold">5,2 mmol/L</content></td><td>3,9 à 5,8 mmol/L</td></tr></tbody></table></text>
          </section></component></structuredBody></component>
        </ClinicalDocument>
        """.TrimStart();
    }
}
