namespace Socle.Fhir;

/// <summary>A change of a resource in one of the three forms of R4 (http.html#patch).</summary>
public abstract class ResourcePatch
{
    internal const int MaxOperations = 1_000;

    /// <summary>The changed resource, checked for structure; the document is not touched.</summary>
    public abstract byte[] Apply(FhirDocument doc);

    public static ResourcePatch FhirPath(FhirDocument parameters) => new ByFhirPath(parameters);

    public static ResourcePatch Json(ReadOnlyMemory<byte> patch) => JsonPatch.Parse(patch);

    public static ResourcePatch Xml(ReadOnlyMemory<byte> patch) => XmlPatch.Parse(patch);

    /// <summary>The body of a PATCH in a Bundle: Parameters, or a Binary that holds a patch of JSON or XML.</summary>
    public static ResourcePatch FromFhirDocument(FhirDocument body)
    {
        if (body.ResourceType != "Binary") return FhirPath(body);
        var content = Convert.FromBase64String(body.Root["data"].Text ?? "");
        return body.Root["contentType"].Text?.Split(';')[0].Trim() switch
        {
            "application/json-patch+json" => Json(content),
            "application/xml-patch+xml" => Xml(content),
            var other => throw new FhirException("not-supported", "Binary.contentType", $"A patch is not of type '{other}'.")
        };
    }

    public static implicit operator ResourcePatch(FhirDocument body) => FromFhirDocument(body);

    /// <summary>Answers the bytes when they are a resource of the same type.</summary>
    internal static byte[] Checked(byte[] bytes, FhirDocument before)
    {
        using var after = FhirDocument.Parse(bytes);
        return after.ResourceType == before.ResourceType ? bytes
            : throw new FhirException("value", after.ResourceType, "A patch does not change the type of a resource.");
    }

    sealed class ByFhirPath(FhirDocument parameters) : ResourcePatch
    {
        public override byte[] Apply(FhirDocument doc) => FhirPathPatch.Apply(doc, parameters);
    }
}
