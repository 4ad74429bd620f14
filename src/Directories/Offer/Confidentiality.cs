using System.Text.Json.Nodes;
using Socle.Fhir;

namespace Socle.Directories;

/// <summary>ROR: to whom a contact or a way to reach somebody may be told (TRE_R283): 1 everybody, 2 restricted, 3 very restricted.</summary>
static class Confidentiality
{
    public const int Highest = 3;

    static readonly string[] Extensions =
        ["ror-telecom-confidentiality-level", "ror-contact-confidentiality-level", "ror-contact-telecom-confidentiality-level", "ror-confidentiality-level"];

    /// <summary>Without a level it is public; a level that is not understood is the highest.</summary>
    public static int LevelOf(FhirNode element)
    {
        var level = 1;
        foreach (var extension in element.All("extension"))
            if (SaysLevel(extension["url"].Text))
                level = Math.Max(level, Level(extension["valueCodeableConcept"]["coding"]["code"].Text ?? extension["valueCoding"]["code"].Text ?? extension["valueCode"].Text));
        return level;
    }

    public static int LevelOf(JsonObject element)
    {
        var level = 1;
        foreach (var extension in (element["extension"] as JsonArray ?? []).OfType<JsonObject>())
            if (SaysLevel(Capacity.Text(extension["url"]))) level = Math.Max(level, Level(Capacity.Code(extension)));
        return level;
    }

    static bool SaysLevel(string? url) => url is not null && Extensions.Contains(url[(url.LastIndexOf('/') + 1)..]);

    static int Level(string? code) => code is "1" or "2" ? code[0] - '0' : Highest;
}
