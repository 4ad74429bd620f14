using Microsoft.AspNetCore.WebUtilities;
using Socle.Fhir;

namespace Socle.Api;

/// <summary>The parameters of an address or a form, in their order, and what of them is a search.</summary>
static class Criteria
{
    // Read by the API itself; everything else is the search's.
    static readonly string[] OfTheAnswer = ["_format", "_pretty"];

    public static List<KeyValuePair<string, string>> Read(string? query)
    {
        var list = new List<KeyValuePair<string, string>>();
        foreach (var pair in new QueryStringEnumerable(query))
        {
            var name = pair.DecodeName().ToString();
            if (!OfTheAnswer.Contains(name)) list.Add(new(name, pair.DecodeValue().ToString()));
        }
        return list;
    }

    /// <summary>Those of the address, then those of the form.</summary>
    public static async Task<List<KeyValuePair<string, string>>> ReadForm(FhirCall call, CancellationToken stop)
    {
        var form = await FhirBody.ReadForm(call.Http.Request, stop);
        if (QueryHelpers.ParseQuery(form).TryGetValue("_format", out var format)) Negotiation.Choose(call.Http.Request, format[^1]);
        var asked = Read(form);
        SuspendedRecord.MustNotBeNamed(call, asked.Select(pair => pair.Value));
        return [.. Read(call.Http.Request.QueryString.Value), .. asked];
    }

    /// <summary>
    /// The criteria of a conditional write. Always strict: a criterion that is not understood and dropped would choose another resource.
    /// </summary>
    public static SearchQuery? Condition(string type, string? query, SearchEnvironment? environment = null)
    {
        var parameters = Read(query);
        return parameters.Count == 0 ? null : SearchQuery.Parse(type, parameters, strict: true, environment);
    }

    /// <summary>If-None-Exist is written « identifier=… », « ?identifier=… » or « Patient?identifier=… ».</summary>
    public static SearchQuery? IfNoneExist(string type, string? header, SearchEnvironment? environment = null)
    {
        if (string.IsNullOrWhiteSpace(header)) return null;
        var mark = header.IndexOf('?', StringComparison.Ordinal);
        return Condition(type, mark < 0 ? header : header[mark..], environment) ?? throw ApiRefusals.NoCondition.With();
    }
}
