using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Socle.Api;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Terminology;

/// <summary>ValueSet/$expand: the codes of a value set, by pages, for people who choose among them.</summary>
sealed class ExpandValueSet(TerminologyDesk desk, TimeProvider clock)
{
    static readonly string[] Unsupported = ["context", "contextDirection", "exclude-system", "system-version", "check-system-version", "force-system-version"];

    public async Task<FhirAnswer> OfType(FhirCall call, CancellationToken stop)
    {
        using var asked = await Asked.Read(call, stop);
        var index = await desk.Complete(stop);
        return Answer(index, AskedSet.Find(index, asked), asked);
    }

    public async Task<FhirAnswer> OfInstance(FhirCall call, CancellationToken stop)
    {
        using var asked = await Asked.Read(call, stop);
        var index = await desk.Complete(stop);
        return Answer(index, new(desk.Set(call.Id) ?? throw StoreRefusals.NotFound.With()), asked);
    }

    FhirAnswer Answer(TerminologyIndex index, AskedSet set, Asked asked)
    {
        asked.RefuseUnsupported(Unsupported);
        var at = asked.Date("date") ?? clock.GetUtcNow();
        var (count, offset, language) = (asked.Number("count"), asked.Number("offset") ?? 0, asked.Text("displayLanguage"));
        var content = set.Content(index);
        if (!content.IsListable) throw TerminologyRefusals.NotListable.With([new("error", "incomplete", null, "")], string.Join(", ", content.Open.Order(StringComparer.Ordinal).Take(5)));
        var activeOnly = asked.Flag("activeOnly");
        IEnumerable<ValueSetContent.Member> members = content.Members.Where(m => m.HasBegun(at) && (!activeOnly || !m.IsExpired(at)));
        if (asked.Text("filter") is { } filter) members = Filtered(members, filter, language);
        var all = members.ToList();
        if (count is null && all.Count > TerminologyIndex.MostListed) throw TerminologyRefusals.TooCostly.With([new("error", "too-costly", null, "")], all.Count);
        var page = count is { } most ? all.Skip(offset).Take(most) : all.Skip(offset);
        var designations = asked.Flag("includeDesignations");
        return Answers.Resource("ValueSet", json =>
        {
            Head(json, set);
            json.WriteStartObject("expansion");
            json.WriteString("identifier", Identifier(set, asked));
            json.WriteString("timestamp", FhirJson.Instant(clock.GetUtcNow()));
            json.WriteNumber("total", all.Count);
            json.WriteNumber("offset", offset);
            Said(json, asked);
            json.WriteStartArray("contains");
            foreach (var member in page) Contains(json, member, at, language, designations);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    static IEnumerable<ValueSetContent.Member> Filtered(IEnumerable<ValueSetContent.Member> members, string filter, string? language)
    {
        var words = FrenchText.Normal(filter).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return members.Where(m =>
        {
            var text = " " + FrenchText.Normal($"{m.DisplayIn(language)} {m.Code} {string.Join(' ', m.Concept?.Designations.Select(d => d.Value) ?? [])}");
            return words.All(word => text.Contains(" " + word, StringComparison.Ordinal));
        });
    }

    static void Head(Utf8JsonWriter json, AskedSet set)
    {
        if (set.Id is { } id) json.WriteString("id", id);
        if (set.Url is { } url) json.WriteString("url", url);
        if (set.Version is { } version) json.WriteString("version", version);
        if (set.Table?.Name is { } name) json.WriteString("name", name);
        if (set.Table?.Title is { } title) json.WriteString("title", title);
        json.WriteString("status", set.Table?.Status ?? "active");
    }

    // Two runs with the same question give the same name.
    static string Identifier(AskedSet set, Asked asked)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{set.Url}|{set.Version}|{string.Join('|', Parameters.Select(p => asked.Text(p)))}"));
        return $"urn:uuid:{new Guid(hash.AsSpan(0, 16), bigEndian: true)}";
    }

    static readonly string[] Parameters = ["filter", "date", "offset", "count", "activeOnly", "displayLanguage", "includeDesignations"];

    static void Said(Utf8JsonWriter json, Asked asked)
    {
        var said = Parameters.Select(p => (Name: p, Value: asked.Text(p))).Where(p => p.Value is not null).ToList();
        if (said.Count == 0) return;
        json.WriteStartArray("parameter");
        foreach (var (name, value) in said)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            if (name is "activeOnly" or "includeDesignations") json.WriteBoolean("valueBoolean", value == "true");
            else if (name is "offset" or "count") json.WriteNumber("valueInteger", int.Parse(value!, CultureInfo.InvariantCulture));
            else json.WriteString(name switch { "displayLanguage" => "valueCode", "date" => "valueDateTime", _ => "valueString" }, value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void Contains(Utf8JsonWriter json, ValueSetContent.Member member, DateTimeOffset at, string? language, bool designations)
    {
        json.WriteStartObject();
        json.WriteString("system", member.System);
        if (member.Abstract) json.WriteBoolean("abstract", true);
        if (member.IsExpired(at)) json.WriteBoolean("inactive", true);
        json.WriteString("code", member.Code);
        if (member.DisplayIn(language) is { } display) json.WriteString("display", display);
        var all = designations ? [.. member.Designations, .. member.Concept?.Designations ?? []] : Array.Empty<Designation>();
        if (all.Length > 0)
        {
            json.WriteStartArray("designation");
            foreach (var one in all)
            {
                json.WriteStartObject();
                if (one.Language is { } its) json.WriteString("language", its);
                if (!one.Use.IsEmpty)
                {
                    json.WritePropertyName("use");
                    json.WriteRawValue(one.Use.Span);
                }
                json.WriteString("value", one.Value);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
