namespace Socle.Cda;

/// <summary>XDS format code of a document, by the template it declares (ASS_A11) or the kind of its file (ASS_A12).</summary>
static class FormatCodes
{
    /// <summary>TRE_A06.</summary>
    const string Ans = "1.2.250.1.213.1.1.4.2.282";
    /// <summary>TRE_A11, the formats of IHE.</summary>
    const string Ihe = "1.3.6.1.4.1.19376.1.2.3";
    const string Models = "1.2.250.1.213.1.1.1.";

    static readonly Dictionary<string, string> ByTemplate = new(StringComparer.Ordinal)
    {
        [Models + "2.1.1"] = "urn:asip:ci-sis:avk:2009", [Models + "2.1.2"] = "urn:asip:ci-sis:tap:2009", [Models + "2.1.3"] = "urn:asip:ci-sis:dci:2009",
        [Models + "2.1.4"] = "urn:asip:ci-sis:psc:2009", [Models + "2.1.5"] = "urn:asip:ci-sis:ppv:2009",
        [Models + "5.1"] = "urn:asip:ci-sis:cse-cs8:2017", [Models + "5.2"] = "urn:asip:ci-sis:cse-cs9:2017", [Models + "5.3"] = "urn:asip:ci-sis:cse-cs24:2017",
        [Models + "5.4"] = "urn:ans:ci-sis:cse-mde:2023", [Models + "8"] = "urn:asip:ci-sis:frcp:2011", [Models + "9"] = "urn:asip:ci-sis:idap:2011",
        [Models + "12.1"] = "urn:asip:ci-sis:obp-sap:2023", [Models + "12.2"] = "urn:asip:ci-sis:obp-snm:2023", [Models + "12.3"] = "urn:asip:ci-sis:obp-sne:2023",
        [Models + "12.4"] = "urn:asip:ci-sis:obp-scm:2023", [Models + "12.5"] = "urn:asip:ci-sis:obp-sem:2023", [Models + "13"] = "urn:asip:ci-sis:vsm:2012",
        [Models + "15"] = "urn:asip:ci-sis:aunv:2013", [Models + "16"] = "urn:asip:ci-sis:eunv:2013", [Models + "17"] = "urn:asip:ci-sis:sunv:2013",
        [Models + "18"] = "urn:asip:ci-sis:crrtn:2013", [Models + "21"] = "urn:asip:ci-sis:ldl-ees:2017", [Models + "22"] = "urn:asip:ci-sis:dlu:2015",
        [Models + "23"] = "urn:asip:ci-sis:fludt:2017", [Models + "24"] = "urn:asip:ci-sis:fludr:2017", [Models + "25"] = "urn:asip:ci-sis:pavc:2016",
        [Models + "26"] = "urn:asip:ci-sis:pps-cancer:2017", [Models + "27"] = "urn:asip:ci-sis:d2lm-fin:2017", [Models + "28"] = "urn:asip:ci-sis:d2lm-fidd:2017",
        [Models + "29"] = "urn:asip:ci-sis:ldl-ses:2017", [Models + "30"] = "urn:asip:ci-sis:sdm-mr:2017", [Models + "32"] = "urn:asip:ci-sis:crgm:2018",
        [Models + "36"] = "urn:asip:ci-sis:hr:2019", [Models + "37"] = "urn:asip:ci-sis:vac:2019", [Models + "38"] = "urn:asip:ci-sis:tlm-da:2020",
        [Models + "40"] = "urn:asip:ci-sis:cr-anest:2020", [Models + "41"] = "urn:asip:ci-sis:cr-cpa:2020", [Models + "46"] = "urn:asip:ci-sis:vac-note:2021",
        [Models + "47"] = "urn:ans:ci-sis:img-da:2022", [Models + "52"] = "urn:ans:ci-sis:bio-ep-bio:2022", [Models + "56"] = "urn:asip:ci-sis:ppp:2023",
        [Models + "58"] = "urn:asip:ci-sis:export-dui:2023", [Models + "59"] = "urn:ans:ci-sis:trod:2024", [Models + "61"] = "urn:asip:ci-sis:ft-su:2024",
        [Models + "62"] = "urn:asip:ci-sis:fr-su:2024",
        [Models + "39"] = "urn:ihe:pharm:pre:2010", [Models + "54"] = "urn:ihe:pharm:dis:2010", [Models + "42"] = "urn:ihe:eyecare:geneyeevalcn:2014",
        [Models + "43"] = "urn:ihe:eyecare:geneyeevalcn:2014", [Models + "44"] = "urn:ihe:eyecare:geneyeevalcn:2014", [Models + "51"] = "urn:ihe:pcc:ips:2020",
        [Models + "45"] = "urn:ihe:rad:CDA:ImagingReportStructuredHeadings:2013", [Models + "55"] = "urn:ihe:lab:xd-lab:2008", [Models + "57"] = "urn:ihe:palm:apsr:2016",
        ["1.3.6.1.4.1.19376.1.3.3"] = "urn:ihe:lab:xd-lab:2008",
    };

    public static CdaCode Of(CdaDocument document)
    {
        var urn = document.AttachedBody is { } file ? OfFile(MediaKinds.Usual(file.MediaType)) : OfTemplates(document.Header.TemplateIds);
        return new CdaCode(urn, urn.StartsWith("urn:ihe:", StringComparison.Ordinal) ? Ihe : Ans, null);
    }

    static string OfFile(string mediaType) => mediaType switch
    {
        "application/pdf" => "urn:ihe:iti:xds-sd:pdf:2008",
        "text/plain" => "urn:ihe:iti:xds-sd:text:2008",
        "text/rtf" => "urn:ihe:iti-fr:xds-sd:rtf:2010",
        "image/jpeg" => "urn:ihe:iti-fr:xds-sd:jpeg:2010",
        "image/tiff" => "urn:ihe:iti-fr:xds-sd:tiff:2010",
        _ => OutsideProfiles,
    };

    // Headers go from the general template to the particular one: the last we know says most.
    static string OfTemplates(IReadOnlyList<string> templates) =>
        templates.Reverse().Select(t => ByTemplate.GetValueOrDefault(t)).FirstOrDefault(f => f is not null) ?? OutsideProfiles;

    /// <summary>The code of JDV_J60 for a document that follows no published model.</summary>
    public const string OutsideProfiles = "urn:asipSante:modelesHorsProfils:2011";
}
