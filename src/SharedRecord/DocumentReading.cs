using Socle.Fhir;
using Socle.Identities;

namespace Socle.SharedRecord;

/// <summary>Reads out of a DocumentReference or List what the rules and the pages ask for.</summary>
static class DocumentReading
{
    /// <summary>masterIdentifier; a List has an identifier whose type is « uniqueId ».</summary>
    public static string? UniqueId(FhirNode resource)
    {
        if (resource["masterIdentifier"]["value"].Text is { Length: > 0 } master) return master;
        foreach (var identifier in resource.All("identifier"))
            foreach (var coding in identifier["type"].All("coding"))
                if (coding["code"].Text == "uniqueId") return identifier["value"].Text;
        return null;
    }

    public static string? SetId(FhirNode document)
    {
        foreach (var identifier in document.All("identifier"))
            if (identifier["type"]["text"].Text == "setId") return identifier["value"].Text;
        return null;
    }

    /// <summary>References of the documents that this one replaces.</summary>
    public static IReadOnlyList<string> Replaced(FhirNode document)
    {
        var found = new List<string>();
        foreach (var relation in document.All("relatesTo"))
            if (relation["code"].Text == "replaces" && relation["target"]["reference"].Text is { } target) found.Add(target);
        return found;
    }

    /// <summary>The identity that the document claims for its patient: contained, as the profile has it.</summary>
    public static FhirNode SourcePatient(FhirNode document)
    {
        if (document["context"]["sourcePatientInfo"]["reference"].Text is not { } reference || !reference.StartsWith('#')) return default;
        foreach (var contained in document.All("contained"))
            if (contained["id"].Text == reference[1..]) return contained;
        return default;
    }

    public static string Title(FhirNode document) =>
        First(document["content"]["attachment"]["title"].Text, document["description"].Text, document["type"]["coding"]["display"].Text, document["type"]["text"].Text)
        ?? "Document sans titre";

    /// <summary>Who signed it, as people say it.</summary>
    public static string Author(FhirNode document)
    {
        var author = document["author"];
        if (First(author["display"].Text) is { } shown) return shown;
        if (author["reference"].Text is { } reference && reference.StartsWith('#'))
            foreach (var contained in document.All("contained"))
                if (contained["id"].Text == reference[1..]) return NameOf(contained) ?? "Auteur non nommé";
        return "Auteur non nommé";
    }

    static string? NameOf(FhirNode person)
    {
        var name = person["name"];
        return First(name["text"].Text, string.Join(' ', new[] { name["given"].Text, name["family"].Text }.Where(part => !string.IsNullOrEmpty(part))), name.Text);
    }

    static string? First(params string?[] texts) => texts.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
}

/// <summary>An identity that a document or a record states: its INS by system, and its traits.</summary>
sealed record Stated(IReadOnlyDictionary<string, string> Ins, Traits? Traits)
{
    public static Stated Of(FhirNode patient)
    {
        var ins = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var identifier in patient.All("identifier"))
            if (identifier["system"].Text is { } system && Socle.Fhir.Ins.Systems.Current.Contains(system) && identifier["value"].Text is { } value) ins[system] = value;
        return new(ins, PatientReader.Read(patient));
    }

    /// <summary>What is said differently, in French; empty when nothing contradicts. An identity that says nothing contradicts nothing.</summary>
    public IReadOnlyList<string> Contradictions(Stated record)
    {
        var found = new List<string>();
        if (Ins.Any(mine => record.Ins.TryGetValue(mine.Key, out var theirs) && theirs != mine.Value)) found.Add("matricule INS");
        if (Traits is { } traits && record.Traits is { } known) found.AddRange(traits.Contradictions(known));
        return found;
    }
}
