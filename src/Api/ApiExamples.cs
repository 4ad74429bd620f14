using System.Text;

namespace Socle.Api;

/// <summary>One request that a vendor can copy, and a test sends as it stands here.</summary>
/// <remarks>A module adds those of its own operations as services.</remarks>
/// <param name="Code">The interaction or « $operation » it shows.</param>
/// <param name="Path">Below the base; {patient} and {observation} are ids of earlier answers.</param>
/// <param name="Keeps">The name under which the id of the answer's resource (or of its first entry) is kept.</param>
/// <param name="Headers">« Name: value », besides the token.</param>
public sealed record ApiExample(string Code, string Method, string Path, int Status, string? Body = null, string? Keeps = null, string? Headers = null)
{
    public string ContentType => Path.EndsWith("_search", StringComparison.Ordinal) ? "application/x-www-form-urlencoded" : "application/fhir+json";

    /// <summary>For a terminal, where BASE and TOKEN are set and PATIENT and OBSERVATION hold the ids.</summary>
    public string Curl()
    {
        var text = new StringBuilder("curl");
        if (Method == "HEAD") text.Append(" -I");
        else if (Method != "GET") text.Append(" -X ").Append(Method);
        text.Append(" \"$BASE").Append(Path.Length == 0 || Path[0] == '?' ? "" : "/").Append(Path.Replace("$", "\\$", StringComparison.Ordinal)
            .Replace("{patient}", "$PATIENT", StringComparison.Ordinal).Replace("{observation}", "$OBSERVATION", StringComparison.Ordinal)).Append('"');
        if (Code != "capabilities") text.Append(" \\\n  -H \"Authorization: Bearer $TOKEN\"");
        if (Headers is not null) text.Append(" \\\n  -H '").Append(Headers).Append('\'');
        if (Body is null) return text.ToString();
        text.Append(" \\\n  -H 'Content-Type: ").Append(ContentType).Append('\'');
        var body = Body.Replace("{patient}", "'$PATIENT'", StringComparison.Ordinal).Replace("{observation}", "'$OBSERVATION'", StringComparison.Ordinal);
        return text.Append(" \\\n  -d '").Append(body).Append('\'').ToString();
    }
}

/// <summary>The examples of the vendors' page, in an order in which they work one after the other.</summary>
static class ApiExamples
{
    const string Weight = """
        {"resourceType": "Observation", "status": "final",
         "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
         "subject": {"reference": "Patient/{patient}"}, "effectiveDateTime": "2026-03-03",
         "valueQuantity": {"value": 71.5, "unit": "kg"}}
        """;

    static string With(string more) => Weight.Replace("\"status\": \"final\"", $"{more}, \"status\": \"final\"", StringComparison.Ordinal);

    const string Amended = """
        {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
          {"name": "type", "valueCode": "replace"}, {"name": "path", "valueString": "Observation.status"},
          {"name": "value", "valueCode": "corrected"}]}]}
        """;

    const string Tag = """
        {"resourceType": "Parameters", "parameter": [{"name": "meta",
          "valueMeta": {"tag": [{"system": "https://exemple.fr/etiquettes", "code": "relu"}]}}]}
        """;

    static string Bundle(string type) => $$$"""
        {"resourceType": "Bundle", "type": "{{{type}}}", "entry": [
          {"request": {"method": "POST", "url": "Observation"}, "resource": {{{Weight}}}},
          {"request": {"method": "GET", "url": "Observation?patient={patient}&_count=1"}}]}
        """;

    public static IReadOnlyList<ApiExample> All { get; } =
    [
        new("capabilities", "GET", "metadata", 200),
        new("search-type", "GET", "Patient?birthdate=lt2000-01-01&_count=1", 200, Keeps: "patient"),
        new("read", "GET", "Patient/{patient}", 200),
        new("read", "HEAD", "Patient/{patient}", 200),
        new("create", "POST", "Observation", 201, Weight, Keeps: "observation", Headers: "Idempotency-Key: 8e03978e-40d5-43dd"),
        new("create", "POST", "Observation", 201, With("\"identifier\": [{\"system\": \"https://exemple.fr/mesures\", \"value\": \"42\"}]"),
            Headers: "If-None-Exist: identifier=https://exemple.fr/mesures|42"),
        new("read", "GET", "Observation/{observation}", 304, Headers: "If-None-Match: W/\"1\""),
        new("update", "PUT", "Observation/{observation}", 200, With("\"id\": \"{observation}\""), Headers: "If-Match: W/\"1\""),
        new("update", "PUT", "Observation?identifier=https://exemple.fr/mesures|42", 200, With("\"identifier\": [{\"system\": \"https://exemple.fr/mesures\", \"value\": \"42\"}]")),
        new("patch", "PATCH", "Observation/{observation}", 200, Amended),
        new("vread", "GET", "Observation/{observation}/_history/1", 200),
        new("history-instance", "GET", "Observation/{observation}/_history", 200),
        new("history-type", "GET", "Observation/_history?_since=2026-01-01&_count=10", 200),
        new("history-system", "GET", "_history?_at=2026-03&_count=10", 200),
        new("search-type", "GET", "Observation?patient={patient}&code=29463-7&date=ge2026-01-01&_sort=-date&_include=Observation:subject", 200),
        new("search-type", "POST", "Observation/_search", 200, "patient={patient}&_sort=-date"),
        new("search-type", "GET", "Patient/{patient}/Observation?code=29463-7", 200),
        new("search-system", "GET", "?_type=Patient,Observation&_lastUpdated=ge2026-01-01&_count=10", 200),
        new("transaction", "POST", "", 200, Bundle("transaction")),
        new("batch", "POST", "", 200, Bundle("batch")),
        new("$everything", "GET", "Patient/{patient}/$everything?_count=20", 200),
        new("$lastn", "GET", "Observation/$lastn?patient={patient}&max=3", 200),
        new("$meta", "GET", "Observation/{observation}/$meta", 200),
        new("$meta-add", "POST", "Observation/{observation}/$meta-add", 200, Tag),
        new("$meta-delete", "POST", "Observation/{observation}/$meta-delete", 200, Tag),
        new("delete", "DELETE", "Observation?identifier=https://exemple.fr/mesures|42", 204),
        new("delete", "DELETE", "Observation/{observation}", 204)
    ];
}
