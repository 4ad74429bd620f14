namespace Socle.Fhir;

/// <param name="Profiles">Profiles to hold the whole document against, beside those that it claims itself.</param>
/// <param name="Claims">Hold each resource against what its meta.profile says, and each extension against its definition.</param>
/// <param name="ErrorsOnly">Warnings are not looked for: what a write must know.</param>
/// <param name="Now">For invariants that ask the time.</param>
public sealed record ValidationOptions(IReadOnlyList<string>? Profiles = null, bool Claims = true, bool ErrorsOnly = false, DateTimeOffset? Now = null)
{
    /// <summary>The code of an issue that an extension stands where its definition does not allow it.</summary>
    public const string Context = "extension";

    /// <summary>False: the rules of R4 were judged before; profiles and extensions only.</summary>
    public bool Rules { get; init; } = true;
}

/// <summary>What R4's own rules say of a resource that is to be written.</summary>
/// <param name="Issues">Errors, and warnings where a breach is tolerated.</param>
/// <param name="HasClaims">It claims a profile: <see cref="Validator.Validate(FhirDocument, ValidationOptions?)"/> says more.</param>
/// <param name="HasExtensions">The same of the definitions of its extensions.</param>
public readonly record struct RuleVerdict(IReadOnlyList<Issue> Issues, bool HasClaims, bool HasExtensions);

/// <summary>
/// A resource against R4 and against profiles, after the parser has checked its structure, cardinality, formats and codes. Immutable: one for
/// all threads.
/// </summary>
public sealed class Validator(ProfileSet profiles, ITerminology terminology)
{
    public ProfileSet Profiles => profiles;

    /// <summary>The errors that R4's own rules find: what every write asks, so that nothing is made on the way that is not needed.</summary>
    public RuleVerdict Judge(FhirDocument doc, DateTimeOffset now, IReadOnlyList<ToleratedBreach> tolerated)
    {
        var findings = new Findings(errorsOnly: true, tolerated);
        var scan = new BaseScan(doc, terminology, new EnvironmentSource(terminology, now), findings);
        scan.Run(judge: true);
        return new(findings.Issues, scan.HasClaims, scan.HasExtensions);
    }

    /// <summary>All findings, in the order of the document; none: it conforms.</summary>
    public IReadOnlyList<Issue> Validate(FhirDocument doc, ValidationOptions? options = null)
    {
        options ??= Everything;
        var findings = new Findings(options.ErrorsOnly);
        var environments = new EnvironmentSource(terminology, options.Now);
        var scan = new BaseScan(doc, terminology, environments, findings) { Resources = options.Claims ? [] : null };
        scan.Run(options.Rules);
        if (options.Profiles is null && !(options.Claims && (scan.HasClaims || scan.HasExtensions))) return findings.Issues;
        var run = new ProfileRun(profiles, terminology, options.Now, scan.Entries, findings);
        foreach (var profile in options.Profiles ?? []) run.Check(doc.Root, profile);
        if (scan.HasClaims)
            foreach (var resource in scan.Resources ?? [])
                foreach (var claim in resource["meta"].All("profile"))
                    if (claim.Text is { } canonical && !(resource.Index == 0 && (options.Profiles?.Contains(canonical) ?? false))) run.Check(resource, canonical);
        foreach (var extension in options.Claims ? scan.Extensions : [])
        {
            if (extension["url"].Text is not { } url || !profiles.IsExtension(url)) continue;
            run.Check(extension, url);
            if (profiles.Find(url) is { } definition) ExtensionContexts.Judge(extension, definition, environments, findings);
        }
        return findings.Issues;
    }

    /// <summary>Structure first: bytes that are no resource of R4 answer with the faults of the parser alone.</summary>
    public IReadOnlyList<Issue> Validate(ReadOnlyMemory<byte> json, ValidationOptions? options = null)
    {
        if (!FhirDocument.TryParse(json, out var doc, out var issues)) return issues;
        using (doc) return Validate(doc, options);
    }

    /// <summary>Does it conform to that profile? Null: the profile is not known. What FHIRPath's conformsTo() asks.</summary>
    public bool? Conforms(FhirNode node, string profile)
    {
        if (!profiles.IsKnown(profile)) return null;
        var findings = new Findings(errorsOnly: true);
        new ProfileRun(profiles, terminology, null, node.Document.ResourceType == "Bundle" ? new BundleEntries(node.Document.Root) : null, findings)
            .Check(node, profile);
        return !findings.HasErrors;
    }

    static readonly ValidationOptions Everything = new();
}
