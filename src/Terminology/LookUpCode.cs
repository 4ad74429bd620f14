using Socle.Api;
using Socle.Fhir;

namespace Socle.Terminology;

/// <summary>CodeSystem/$lookup: what is known of a code, an expired one included: old documents must be shown.</summary>
sealed class LookUpCode(TerminologyDesk desk, TimeProvider clock)
{
    public async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        using var asked = await Asked.Read(call, stop);
        var index = await desk.Complete(stop);
        var code = asked.Codes(concept: null) is [var one, ..] ? one : throw TerminologyRefusals.MissingParameter.With("code ou coding");
        var system = code.System ?? throw TerminologyRefusals.MissingParameter.With("system");
        var (language, wanted, at) = (asked.Text("displayLanguage"), asked.Texts("property").ToHashSet(), asked.Date("date") ?? clock.GetUtcNow());
        var table = index.System(system, code.Version);
        if (table?.Find(code.Code) is { } concept) return Known(table, concept, language, wanted, at);
        if (table is not { IsComplete: true } && index.Heard(system, code.Code) is { } heard) return Heard(index.NameOf(system), table, code.Code, heard, at);
        throw table is null ? TerminologyRefusals.UnknownSystem.With(code.Version is null ? system : $"{system}|{code.Version}") : TerminologyRefusals.UnknownCode.With(code.Code, system);
    }

    static FhirAnswer Known(CodeSystemTable table, Concept concept, string? language, HashSet<string> wanted, DateTimeOffset at) => Answers.Parameters(json =>
    {
        bool Wants(string name) => wanted.Count == 0 || wanted.Contains(name);
        json.Text("name", table.Title ?? table.Name ?? table.Url);
        json.Text("version", table.Version);
        json.Text("display", concept.DisplayIn(language) ?? concept.Code);
        if (Wants("definition")) json.Text("definition", concept.Definition);
        if (Wants("designation"))
            foreach (var one in concept.Designations)
                json.Parts("designation", parts =>
                {
                    parts.Text("language", one.Language, "valueCode");
                    if (!one.Use.IsEmpty) parts.Raw("use", "valueCoding", one.Use);
                    parts.Text("value", one.Value);
                });
        if (Wants("inactive")) Property(json, "inactive", parts => parts.Flag("value", concept.IsExpired(at)));
        foreach (var parent in concept.Parents.Where(_ => Wants("parent"))) Property(json, "parent", parts => parts.Text("value", parent, "valueCode"));
        foreach (var child in concept.Children.Where(_ => Wants("child"))) Property(json, "child", parts => parts.Text("value", child, "valueCode"));
        foreach (var property in concept.Properties)
            if (property.Code is not ("parent" or "child" or "inactive") && Wants(property.Code)) Property(json, property.Code, parts => parts.Raw("value", property.Name, property.Json));
    });

    // The table itself was not loaded: what the value sets say of the code is what there is.
    static FhirAnswer Heard(string system, CodeSystemTable? table, string code, HeardCode heard, DateTimeOffset at) => Answers.Parameters(json =>
    {
        json.Text("name", table?.Title ?? table?.Name ?? system);
        json.Text("version", table?.Version);
        json.Text("display", heard.Display ?? code);
        Property(json, "inactive", parts => parts.Flag("value", heard.Validity.IsOver(at)));
        if (heard.Validity.Until is { } until) Property(json, "dateFin", parts => parts.Text("value", until.ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture), "valueDateTime"));
    });

    static void Property(System.Text.Json.Utf8JsonWriter json, string code, Action<System.Text.Json.Utf8JsonWriter> value) => json.Parts("property", parts =>
    {
        parts.Text("code", code, "valueCode");
        value(parts);
    });
}
