namespace Socle.Fhir;

/// <param name="Profiles">Profiles to hold the whole document against, beside those that it claims itself.</param>
/// <param name="Claims">Hold each resource against what its meta.profile says.</param>
/// <param name="ErrorsOnly">Warnings are not looked for: what a write must know.</param>
/// <param name="Now">For invariants that ask the time.</param>
public sealed record ValidationOptions(IReadOnlyList<string>? Profiles = null, bool Claims = true, bool ErrorsOnly = false, DateTimeOffset? Now = null)
{
    /// <summary>The name, among those of <see cref="Without"/>, of the rule that a reference leads to a type that R4 names there.</summary>
    public const string Targets = "reference-target";

    /// <summary>False: the rules of R4 were judged before; profiles only.</summary>
    public bool Rules { get; init; } = true;

    /// <summary>Rules of R4 that are not judged: keys of invariants.</summary>
    public IReadOnlySet<string> Without { get; init; } = new HashSet<string>();
}

/// <summary>
/// A resource against R4 and against profiles, after the parser has checked its structure, cardinality, formats and codes. Immutable: one for
/// all threads.
/// </summary>
public sealed class Validator(ProfileSet profiles, ITerminology terminology)
{
    public ProfileSet Profiles => profiles;

    /// <summary>All findings, in the order of the document; none: it conforms.</summary>
    public IReadOnlyList<Issue> Validate(FhirDocument doc, ValidationOptions? options = null)
    {
        options ??= Everything;
        var findings = new Findings(options.ErrorsOnly) { Without = options.Without };
        var environment = new FhirPathEnvironment { Now = options.Now, Terminology = terminology };
        var scan = new BaseScan(doc, terminology, environment, findings) { Extensions = options.Claims && profiles.HasExtensions ? [] : null };
        scan.Run(options.Rules);
        ProfileRun? run = null;
        ProfileRun Run() => run ??= new ProfileRun(profiles, terminology, environment, scan.Entries, findings);
        foreach (var profile in options.Profiles ?? []) Run().Check(doc.Root, profile);
        if (!options.Claims) return findings.Issues;
        foreach (var resource in scan.Resources)
            foreach (var claim in resource["meta"].All("profile"))
                if (claim.Text is { } canonical && !(resource.Index == 0 && (options.Profiles?.Contains(canonical) ?? false))) Run().Check(resource, canonical);
        foreach (var extension in scan.Extensions ?? [])
            if (extension["url"].Text is { } url && profiles.IsExtension(url)) Run().Check(extension, url);
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
        new ProfileRun(profiles, terminology, new FhirPathEnvironment { Terminology = terminology }, node.Document.ResourceType == "Bundle" ? new BundleEntries(node.Document.Root) : null, findings)
            .Check(node, profile);
        return !findings.HasErrors;
    }

    static readonly ValidationOptions Everything = new();
}
