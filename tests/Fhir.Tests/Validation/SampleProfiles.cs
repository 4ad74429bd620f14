using System.Text;

namespace Socle.Fhir.Tests.Validation;

/// <summary>Small profiles, written as short as a StructureDefinition may be.</summary>
static class SampleProfiles
{
    public const string Root = "https://exemple.test/StructureDefinition/";

    public static ReadOnlyMemory<byte> Definition(string name, string type, string elements, string? parent = null, string? version = null, string? snapshot = null) =>
        Encoding.UTF8.GetBytes($$"""
            {"resourceType":"StructureDefinition","url":"{{(name.Contains(':', StringComparison.Ordinal) ? name : Root + name)}}",{{(version is null ? "" : $"\"version\":\"{version}\",")}}"name":"{{name}}","status":"active","kind":"resource","abstract":false,
             "type":"{{type}}","baseDefinition":"{{(parent is null ? "http://hl7.org/fhir/StructureDefinition/" + type : parent.Contains(':', StringComparison.Ordinal) ? parent : Root + parent)}}","derivation":"constraint"
             {{(snapshot is null ? "" : $",\"snapshot\":{{\"element\":[{snapshot}]}}")}}{{(elements.Length == 0 ? "" : $",\"differential\":{{\"element\":[{elements}]}}")}}}
            """);

    public static Validator Validator(params ReadOnlyMemory<byte>[] definitions) => new(ProfileSet.Load(definitions), BuiltInTerminology.Instance);

    /// <summary>The errors of a resource against one profile, « expression: what » without the warning that there is no narrative.</summary>
    public static IReadOnlyList<Issue> Check(this Validator validator, string json, string profile, string severity = "error") =>
        [.. validator.Validate(Encoding.UTF8.GetBytes(json), new ValidationOptions([profile.Contains(':', StringComparison.Ordinal) ? profile : Root + profile]))
            .Where(issue => issue.Severity == severity && !issue.Diagnostics.Contains("dom-6", StringComparison.Ordinal))];
}
