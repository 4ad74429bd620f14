using Socle.Api;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Profiles;

/// <summary>$validate: says all that is wrong and what to change; nothing is stored. The answer is 200 whatever is found.</summary>
sealed class ValidateResource(LoadedProfiles profiles, TimeProvider clock)
{
    const string Prefix = "Parameters.parameter[";
    static readonly string[] Modes = ["create", "update", "delete", "profile"];

    public async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        var asked = Asked.In(call.Query);
        FhirDocument? body;
        try
        {
            body = await call.ReadBody(stop);
        }
        catch (FhirException error)
        {
            return Answer([.. error.Issues.Select(Inside)]);
        }
        using (body)
        {
            if (body is { ResourceType: "Parameters" } && TypeOf(call) != "Parameters") return await OfParameters(call, body, asked, stop);
            return await Of(call, body?.Bytes, asked, stop);
        }
    }

    async Task<FhirAnswer> OfParameters(FhirCall call, FhirDocument parameters, Asked asked, CancellationToken stop)
    {
        ReadOnlyMemory<byte>? resource = null;
        foreach (var parameter in parameters.Root.All("parameter"))
        {
            switch (parameter["name"].Text)
            {
                case "resource" when parameter["resource"] is { Exists: true } inside: resource = inside.Raw.ToArray(); break;
                case "profile" when parameter["value"].Text is { } profile: asked.Profiles.Add(profile); break;
                case "mode" when parameter["value"].Text is { } mode: asked = asked with { Mode = mode }; break;
            }
        }
        return await Of(call, resource, asked, stop);
    }

    async Task<FhirAnswer> Of(FhirCall call, ReadOnlyMemory<byte>? bytes, Asked asked, CancellationToken stop)
    {
        if (asked.Mode is { } mode && !Modes.Contains(mode))
            return Answer([new("error", "not-supported", null, $"mode is one of {string.Join(", ", Modes)}; {mode} is not.")]);
        if (asked.Mode == "profile" && asked.Profiles.Count == 0)
            return Answer([new("error", "required", null, "mode=profile asks for at least one profile.")]);
        var id = (string?)call.Http.Request.RouteValues["id"];
        if (asked.Mode == "delete") return await OfDelete(call, id, stop);
        if (bytes is null && id is not null && await call.Store.Read(call.Scope, call.Type, call.Id, stop) is { Deleted: false } stored) bytes = stored.Bytes;
        if (bytes is not { } json) throw (id is null ? ApiRefusals.Empty : StoreRefusals.NotFound).With();
        var validator = await profiles.Validator(stop);
        if (!FhirDocument.TryParse(json, out var document, out var faults)) return Answer(faults);
        using (document)
        {
            var issues = new List<Issue>(AboutRequest(document, TypeOf(call), id, asked));
            issues.AddRange(validator.Validate(document, new ValidationOptions(asked.Profiles, Now: clock.GetUtcNow())));
            return Answer(issues);
        }
    }

    static async Task<FhirAnswer> OfDelete(FhirCall call, string? id, CancellationToken stop)
    {
        if (id is null) return Answer([new("error", "required", null, "mode=delete asks about one resource: /fhir/[type]/[id]/$validate.")]);
        var there = await call.Store.Read(call.Scope, call.Type, call.Id, stop) is { Deleted: false };
        return Answer(there ? [] : [new("error", "not-found", null, $"There is no {call.Type}/{id} to delete here.")]);
    }

    static IEnumerable<Issue> AboutRequest(FhirDocument document, string type, string? id, Asked asked)
    {
        if (type != "Resource" && document.ResourceType != type)
            yield return new("error", "invalid", document.ResourceType, $"The address is about {type}; this is a resource {document.ResourceType}.");
        if (asked.Mode is not "update") yield break;
        var own = document.Root["id"].Text;
        if (own is null) yield return new("error", "required", $"{document.ResourceType}.id", "An update needs the id of the resource in its content.");
        else if (id is not null && own != id) yield return new("error", "invalid", $"{document.ResourceType}.id", $"The id {own} is not the one of the address, {id}.");
    }

    static string TypeOf(FhirCall call) => call.Http.Request.RouteValues.ContainsKey("type") ? call.Type : "Resource";

    // A fault of structure in « resource » is told from the resource, as the caller knows it.
    static Issue Inside(Issue issue)
    {
        if (issue.Expression is not { } path || !path.StartsWith(Prefix, StringComparison.Ordinal)) return issue;
        var inside = path.IndexOf("].resource", StringComparison.Ordinal);
        return inside < 0 ? issue : issue with { Expression = "Resource" + path[(inside + "].resource".Length)..] };
    }

    static FhirAnswer Answer(IReadOnlyList<Issue> issues) => FhirAnswer.Of(OperationOutcome.Of(
        issues.Count > 0 ? issues : [new Issue("information", "informational", null, "No issue: the resource is valid.")]));

    /// <summary>What the address or the Parameters ask for.</summary>
    sealed record Asked(string? Mode, List<string> Profiles)
    {
        public static Asked In(IReadOnlyList<KeyValuePair<string, string>> query) => new(
            query.LastOrDefault(pair => pair.Key == "mode").Value,
            [.. query.Where(pair => pair.Key == "profile" && pair.Value.Length > 0).Select(pair => pair.Value)]);
    }
}
