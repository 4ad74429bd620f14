using System.Globalization;
using System.Text.Json.Nodes;
using Socle.Fhir;

namespace Socle.Identities;

/// <summary>
/// A person's number and birth name may change (NIA → NIR, change of sex, adoption): what was theirs stays with them, marked « old » with the
/// day on which it ended, and still leads to them. A number that was a mistake is taken out first, in a write of its own: then nothing of it is kept.
/// </summary>
static class PersonHistory
{
    /// <summary>The new body with what the change would have lost; null when it loses nothing.</summary>
    public static byte[]? Kept(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after, DateOnly today)
    {
        using var old = FhirDocument.Parse(before);
        using var now = FhirDocument.Parse(after);
        var had = PatientReader.InsOf(old.Root);
        var has = PatientReader.InsOf(now.Root);
        if (!had.Any(ins => !ins.IsOld) || !has.Any(ins => !ins.IsOld)) return null;
        var ended = today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var lost = had.Where(ins => !has.Any(other => other.System == ins.System && other.Value == ins.Value)).ToList();
        var names = FormerNames(old.Root, now.Root);
        if (lost.Count == 0 && names.Count == 0) return null;

        var body = JsonNode.Parse(after.Span)!.AsObject();
        foreach (var ins in lost)
        {
            var identifier = JsonNode.Parse(Identifier(old.Root, ins).Raw)!.AsObject();
            if (!ins.IsOld) End(identifier, ended);
            Append(body, "identifier", identifier);
        }
        foreach (var name in names)
        {
            var element = JsonNode.Parse(name.Raw)!.AsObject();
            if (name["use"].Text != "old") End(element, ended);
            Append(body, "name", element);
        }
        return PatientBuilder.Bytes(body);
    }

    static FhirNode Identifier(FhirNode patient, CarriedIns ins)
    {
        foreach (var identifier in patient.All("identifier"))
            if (identifier.Path == ins.Path) return identifier;
        throw new InvalidOperationException("An INS that was just read is not there.");
    }

    // The birth name of before and those before it, but for what the new version still names.
    static List<FhirNode> FormerNames(FhirNode before, FhirNode after)
    {
        var found = new List<FhirNode>();
        if (Key(PatientReader.BirthNameOf(after)).Length == 0) return found;
        var known = new HashSet<string> { "" };
        foreach (var name in after.All("name"))
            if (name["use"].Text != "usual") known.Add(Key(name));
        if (known.Add(Key(PatientReader.BirthNameOf(before)))) found.Add(PatientReader.BirthNameOf(before));
        foreach (var name in before.All("name"))
            if (name["use"].Text == "old" && known.Add(Key(name))) found.Add(name);
        return found;
    }

    static string Key(FhirNode name) => Traits.Key(name["family"].Text);

    static void End(JsonObject element, string day)
    {
        element["use"] = "old";
        var period = element["period"]?.AsObject() ?? [];
        element.Remove("period");
        period["end"] = day;
        element["period"] = period;
    }

    static void Append(JsonObject body, string list, JsonObject element)
    {
        if (body[list] is JsonArray all) all.Add(element);
        else body[list] = new JsonArray(element);
    }
}
