using System.Text.Json;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>External ids and references as text.</summary>
sealed class Ids(Keys keys)
{
    const int ExternalLength = 26;

    public string External(long patient, long number) => keys.ExternalId(patient, number);

    public string Reference(Place place) => $"{place.Type}/{keys.ExternalId(place.Patient, place.Number)}";

    /// <summary>« Type/id » with an external id: its place can be read from it, whether something stands there or not.</summary>
    public bool TryRead(string reference, out Place place)
    {
        place = null!;
        if (!TrySplit(reference, out var type, out var id)) return false;
        if (id.Length != ExternalLength || !keys.TryReadId(id, out var patient, out var number)) return false;
        place = new(type, patient, number);
        return true;
    }

    public bool TryRead(string type, string id, out Place place) => TryRead($"{type}/{id}", out place);

    public static bool TrySplit(string reference, out string type, out string id)
    {
        (type, id) = ("", "");
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == reference.Length - 1) return false;
        (type, id) = (reference[..slash], reference[(slash + 1)..]);
        return IsId(id) && Definitions.IsResourceType(type);
    }

    public static bool IsId(string id) =>
        id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    public static string WithoutVersion(string reference)
    {
        var history = reference.IndexOf("/_history/", StringComparison.Ordinal);
        return history > 0 ? reference[..history] : reference;
    }

    /// <summary>The id that stands in a resource's bytes, found without reading all of them.</summary>
    public static string? InBytes(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isId) return reader.GetString();
            reader.Skip();
        }
        return null;
    }
}
