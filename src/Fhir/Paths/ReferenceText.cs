namespace Socle.Fhir;

/// <summary>Reads the text of a reference: « Patient/x », « https://host/fhir/Patient/x/_history/2 », « urn:uuid:… », « #inside
/// ».</summary>
static class ReferenceText
{
    /// <summary>The resource type that a literal names; null when it names none.</summary>
    public static string? TypeOf(string? literal) => Split(literal)?.Type;

    public static (string? Base, string Type, string Id)? Split(string? literal)
    {
        if (string.IsNullOrEmpty(literal) || literal[0] == '#' || literal.StartsWith("urn:", StringComparison.Ordinal)) return null;
        var history = literal.IndexOf("/_history/", StringComparison.Ordinal);
        var end = history < 0 ? literal.Length : history;
        var slash = end == 0 ? -1 : literal.LastIndexOf('/', end - 1);
        if (slash <= 0 || slash == end - 1) return null;
        var before = literal.LastIndexOf('/', slash - 1);
        var type = literal[(before + 1)..slash];
        if (!Definitions.IsResourceType(type)) return null;
        return (before < 0 ? null : literal[..before], type, literal[(slash + 1)..end]);
    }
}
