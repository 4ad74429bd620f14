using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Socle.Api;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Directories;

/// <summary>What a client of this level is shown: contacts above it are left out, and cannot be asked by either.</summary>
sealed partial class RorView(int level) : FhirView
{
    // Whoever may search by a hidden number knows it is there.
    static readonly HashSet<string> ByContact = new(StringComparer.Ordinal) { "telecom", "phone", "email", "_content", "_text" };

    // The published offer query includes the practitioners of the situations that it includes: it means « iterate », and does not say it.
    public override FhirAsked Ask(string type, IReadOnlyList<KeyValuePair<string, string>> asked, bool? strict)
    {
        foreach (var (name, value) in level >= Confidentiality.Highest ? [] : asked)
        {
            var words = name == "_filter" ? Word().Matches(value).Select(match => match.Value) : name.Split('.', ':').Append(name == "_sort" ? value.TrimStart('-') : "");
            if (words.FirstOrDefault(ByContact.Contains) is { } hidden)
                throw new FhirException("not-supported", null, $"Search parameter {hidden}: unknown parameter of {type} at this level of confidentiality.");
        }
        return new([.. asked.Select(pair => pair.Key == "_include" && !pair.Value.StartsWith(type + ":", StringComparison.Ordinal) && pair.Value != "*"
            ? new("_include:iterate", pair.Value) : pair)], []);
    }

    public override Stored Show(Stored stored)
    {
        if (level >= Confidentiality.Highest || stored.Bytes.Span.IndexOf("confidentiality-level"u8) < 0) return stored;
        var resource = JsonNode.Parse(stored.Bytes.Span)!;
        return Hide(resource) ? stored with { Bytes = JsonSerializer.SerializeToUtf8Bytes(resource) } : stored;
    }

    // An element that says its own level, wherever it stands: a contact, a way to reach somebody, an extension that is either.
    bool Hide(JsonNode? node)
    {
        var changed = false;
        if (node is JsonObject parent)
        {
            foreach (var (name, child) in parent.ToList())
            {
                if (child is JsonObject one && Confidentiality.LevelOf(one) > level) changed |= parent.Remove(name);
                else changed |= Hide(child);
                if (child is JsonArray { Count: 0 }) parent.Remove(name);
            }
        }
        else if (node is JsonArray list)
        {
            for (var i = list.Count - 1; i >= 0; i--)
            {
                if (list[i] is JsonObject one && Confidentiality.LevelOf(one) > level) list.RemoveAt(i);
                else if (!Hide(list[i])) continue;
                changed = true;
            }
        }
        return changed;
    }

    public override IReadOnlyList<string> IncludesOf(string type) => type switch
    {
        "HealthcareService" => ["HealthcareService:location", "HealthcareService:organization"],
        "Organization" => ["Organization:partof"],
        "PractitionerRole" => ["PractitionerRole:location", "PractitionerRole:organization", "PractitionerRole:practitioner", "PractitionerRole:service"],
        "Location" => ["Location:organization"],
        _ => []
    };

    public override IReadOnlyList<string> RevIncludesOf(string type) => type switch
    {
        "HealthcareService" => ["PractitionerRole:service"],
        "Practitioner" => ["PractitionerRole:practitioner"],
        "Organization" => ["HealthcareService:organization", "PractitionerRole:organization"],
        _ => []
    };

    [GeneratedRegex("[A-Za-z_][A-Za-z_-]*", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
