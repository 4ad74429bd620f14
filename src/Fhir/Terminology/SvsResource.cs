using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Socle.Fhir;

/// <summary>A table of the nomenclature as the FHIR resource it is: a ValueSet, or a CodeSystem for a TRE.</summary>
public static class SvsResource
{
    public static byte[] Of(SvsTable table)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using var json = new Utf8JsonWriter(buffer, FhirJson.Plain);
        json.WriteStartObject();
        json.WriteString("resourceType", table.IsCodeSystem ? "CodeSystem" : "ValueSet");
        json.WriteString("id", IdOf(table.Name));
        json.WriteString("url", UrlOf(table));
        json.WriteStartArray("identifier");
        json.WriteStartObject();
        json.WriteString("system", "urn:ietf:rfc:3986");
        json.WriteString("value", "urn:oid:" + table.Oid);
        json.WriteEndObject();
        json.WriteEndArray();
        if (table.Version is { } version) json.WriteString("version", version);
        json.WriteString("name", NameOf(table.Name));
        json.WriteString("title", table.Description ?? table.Name);
        json.WriteString("status", table.Validity.Until is null ? "active" : "retired");
        if (table.Revised is { } revised) json.WriteString("date", revised.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("publisher", "Agence du numérique en santé");
        if (table.IsCodeSystem) WriteConcepts(json, table);
        else WriteCompose(json, table);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The address under which FHIR cites the table; those without one of their own get one of the national server's shape.</summary>
    public static string UrlOf(SvsTable table)
    {
        if (table.Url is { } file && file.StartsWith("https://mos.esante.gouv.fr/NOS/", StringComparison.Ordinal))
        {
            var name = file.TrimEnd('/')[(file.TrimEnd('/').LastIndexOf('/') + 1)..];
            return $"https://mos.esante.gouv.fr/NOS/{name}/FHIR/{(name.Length > 3 && name[3] == '_' ? name[..3] + "-" + name[4..] : name)}";
        }
        return $"https://smt.esante.gouv.fr/fhir/{(table.IsCodeSystem ? "CodeSystem" : "ValueSet")}/{Slug(table.Name)}";
    }

    static void WriteCompose(Utf8JsonWriter json, SvsTable table)
    {
        json.WriteStartObject("compose");
        json.WriteStartArray("include");
        foreach (var system in table.Concepts.GroupBy(c => c.System))
        {
            json.WriteStartObject();
            json.WriteString("system", Canonicals.OfOid(system.Key));
            json.WriteStartArray("concept");
            foreach (var concept in system) WriteListed(json, table, concept);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteListed(Utf8JsonWriter json, SvsTable table, SvsConcept concept)
    {
        json.WriteStartObject();
        // A code that came into use before the table was last revised is simply in it: only an end, or a beginning to come, is worth saying.
        var (from, until) = (concept.Validity.From, concept.Validity.Until ?? table.Validity.Until);
        if (until is not null || (from is not null && from > table.Revised))
        {
            json.WriteStartArray("extension");
            json.WriteStartObject();
            json.WriteString("url", ValueSetTable.PeriodExtension);
            json.WriteStartObject("valuePeriod");
            if (from is { } start) json.WriteString("start", Written(start));
            if (until is { } end) json.WriteString("end", Written(end));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteString("code", concept.Code);
        if (concept.Display is { } display) json.WriteString("display", display);
        json.WriteEndObject();
    }

    static void WriteConcepts(Utf8JsonWriter json, SvsTable table)
    {
        json.WriteBoolean("caseSensitive", true);
        json.WriteString("content", "complete");
        json.WriteStartArray("property");
        foreach (var code in (string[])["dateValid", "dateFin"])
        {
            json.WriteStartObject();
            json.WriteString("code", code);
            json.WriteString("type", "dateTime");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("concept");
        foreach (var concept in table.Concepts)
        {
            json.WriteStartObject();
            json.WriteString("code", concept.Code);
            if (concept.Display is { } display) json.WriteString("display", display);
            if (concept.Validity != default)
            {
                json.WriteStartArray("property");
                WriteMoment(json, "dateValid", concept.Validity.From);
                WriteMoment(json, "dateFin", concept.Validity.Until);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteMoment(Utf8JsonWriter json, string code, DateTimeOffset? moment)
    {
        if (moment is not { } said) return;
        json.WriteStartObject();
        json.WriteString("code", code);
        json.WriteString("valueDateTime", Written(said));
        json.WriteEndObject();
    }

    static string Written(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    static string NameOf(string name)
    {
        var kept = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return char.IsAsciiLetterUpper(kept[0]) ? kept : "T_" + kept;
    }

    static string Slug(string name)
    {
        var slug = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (!char.IsAsciiLetterOrDigit(c))
            {
                if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
                continue;
            }
            if (char.IsAsciiLetterUpper(c) && i > 0 && char.IsAsciiLetterLower(name[i - 1]) && slug[^1] != '-') slug.Append('-');
            slug.Append(char.ToLowerInvariant(c));
        }
        return slug.ToString().TrimEnd('-');
    }

    // At most 64 characters, and two names are never one id.
    static string IdOf(string name)
    {
        var plain = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')).Trim('-');
        return plain.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? plain : $"{plain[..Math.Min(plain.Length, 50)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 6))}".TrimStart('-');
    }
}
