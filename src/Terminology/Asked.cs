using System.Globalization;
using Microsoft.AspNetCore.Http;
using Socle.Api;
using Socle.Fhir;

namespace Socle.Terminology;

/// <summary>A code as somebody asks for it.</summary>
sealed record AskedCode(string? System, string? Version, string Code, string? Display);

/// <summary>The parameters of an operation, from the address or from the Parameters of the body.</summary>
sealed class Asked : IDisposable
{
    readonly FhirDocument? body;
    readonly ILookup<string, string> query;

    Asked(FhirDocument? body, ILookup<string, string> query) => (this.body, this.query) = (body, query);

    public static async Task<Asked> Read(FhirCall call, CancellationToken stop)
    {
        var body = HttpMethods.IsPost(call.Http.Request.Method) ? await call.ReadBody(stop) : null;
        if (body is not null && body.ResourceType != "Parameters")
        {
            var type = body.ResourceType;
            body.Dispose();
            throw TerminologyRefusals.BadParameter.With("Parameters", $"le contenu est une ressource {type}");
        }
        return new Asked(body, call.Query.ToLookup(p => p.Key, p => p.Value));
    }

    public void Dispose() => body?.Dispose();

    /// <summary>The value of a parameter that is a primitive; null without it.</summary>
    public string? Text(string name)
    {
        if (One(name) is not { Exists: true } parameter) return Single(name, query[name].Where(v => v.Length > 0));
        var value = parameter["value"];
        if (!value.IsPrimitive || value.Text is null) throw TerminologyRefusals.BadParameter.With(name, "une valeur simple est attendue");
        return value.Text;
    }

    public string Required(string name) => Text(name) ?? throw TerminologyRefusals.MissingParameter.With(name);

    public IReadOnlyList<string> Texts(string name) =>
        [.. query[name], .. Parameters(name).Select(p => p["value"].Text).OfType<string>()];

    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw TerminologyRefusals.BadParameter.With(name, "true ou false est attendu")
    };

    public int? Number(string name) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw TerminologyRefusals.BadParameter.With(name, "un nombre entier positif ou nul est attendu");

    public DateTimeOffset? Date(string name) => Text(name) is not { } text ? null
        : Validity.Moment(text) ?? throw TerminologyRefusals.BadParameter.With(name, "une date est attendue");

    /// <summary>The resource that a parameter carries, of this type.</summary>
    public FhirNode Resource(string name, string type)
    {
        var parameter = One(name);
        if (!parameter.Exists) return default;
        var resource = parameter["resource"];
        return resource.Exists && resource.Type == type ? resource : throw TerminologyRefusals.BadParameter.With(name, $"une ressource {type} est attendue");
    }

    public void RefuseUnsupported(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (query.Contains(name) || Parameters(name).Length > 0) throw TerminologyRefusals.NotSupported.With(name);
    }

    /// <summary>The codes asked for: « code » with « system », a Coding, or the codings of a CodeableConcept; none without.</summary>
    public IReadOnlyList<AskedCode> Codes(string? system = null, string code = "code", string coding = "coding", string? concept = "codeableConcept", string? version = "version")
    {
        if (concept is not null && One(concept) is { Exists: true } whole)
        {
            var value = Typed(concept, whole, "CodeableConcept");
            return [.. value.All("coding").Select(c => CodingOf(concept, c))];
        }
        if (One(coding) is { Exists: true } one) return [CodingOf(coding, Typed(coding, one, "Coding"))];
        return Text(code) is { } text ? [new(system ?? Text("system"), version is null ? null : Text(version), text, Text("display"))] : [];
    }

    public FhirNode[] Parameters(string name) => body is null ? [] : [.. body.Root.All("parameter").Where(p => p["name"].TextIs(System.Text.Encoding.UTF8.GetBytes(name)))];

    static FhirNode Typed(string name, FhirNode parameter, string type) =>
        parameter["value"] is { Exists: true } value && value.Type == type ? value : throw TerminologyRefusals.BadParameter.With(name, $"une valeur {type} est attendue");

    static AskedCode CodingOf(string name, FhirNode coding) => new(
        coding["system"].Text, coding["version"].Text,
        coding["code"].Text ?? throw TerminologyRefusals.BadParameter.With(name, "le code manque"), coding["display"].Text);

    FhirNode One(string name)
    {
        var all = Parameters(name);
        return all.Length > 1 ? throw TerminologyRefusals.BadParameter.With(name, "il ne peut être donné qu’une fois") : all.FirstOrDefault();
    }

    static string? Single(string name, IEnumerable<string> values)
    {
        var two = values.Take(2).ToArray();
        return two.Length > 1 ? throw TerminologyRefusals.BadParameter.With(name, "il ne peut être donné qu’une fois") : two.FirstOrDefault();
    }
}
