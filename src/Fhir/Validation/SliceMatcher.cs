namespace Socle.Fhir;

/// <summary>What a slice says of the place that a discriminator looks at: values it wants there, and the rules of the element there.</summary>
sealed record SliceExpectation(IReadOnlyList<ExpectedValue> Values, IReadOnlyList<ElementRule> Rules)
{
    public bool SaysNothing => Values.Count == 0 && Rules.Count == 0;
}

/// <summary>Is this value one of that slice? Null: the slice does not say enough to tell.</summary>
sealed class SliceMatcher(ProfileRun run)
{
    public bool? Matches(FhirNode node, ElementRule slice, Slicing slicing)
    {
        if (slicing.Discriminators.Length == 0) return null;
        var expectations = slice.Expectations ??= [.. slicing.Discriminators.Select(d => Expect(slice, d))];
        for (var i = 0; i < expectations.Length; i++)
        {
            if (Matches(node, slicing.Discriminators[i], expectations[i]) is not { } known) return null;
            if (!known) return false;
        }
        return true;
    }

    bool? Matches(FhirNode node, Discriminator discriminator, SliceExpectation expected) => discriminator.Kind switch
    {
        DiscriminatorKind.Value or DiscriminatorKind.Pattern => ByValue(node, discriminator, expected),
        DiscriminatorKind.Exists => ByExistence(node, discriminator, expected),
        DiscriminatorKind.Type => ByType(node, discriminator, expected),
        _ => ByProfile(node, discriminator, expected)
    };

    bool? ByValue(FhirNode node, Discriminator discriminator, SliceExpectation expected)
    {
        var bound = expected.Rules.FirstOrDefault(r => r is { Binding: BindingStrength.Required, ValueSet: not null });
        if (expected.Values.Count == 0 && bound is null) return null;
        if (expected.Values.Count > 0 && discriminator.IsPlain)
        {
            for (var i = 0; i < expected.Values.Count; i++)
                if (!Has(node, discriminator.Steps, 0, expected.Values[i])) return false;
            return true;
        }
        var found = Walk(node, discriminator.Steps).ToList();
        foreach (var value in expected.Values)
            if (!found.Any(f => f.Node.Exists && ValueMatch.Matches(f.Node, value))) return false;
        if (expected.Values.Count > 0) return true;
        var verdicts = found.Where(f => f.Node.Exists).Select(f => BindingCheck.Verdict(f.Node, bound!.ValueSet!, run.Terminology)).ToList();
        if (verdicts.Any(v => v is CodeVerdict.Yes or CodeVerdict.Expired)) return true;
        return verdicts.Contains(CodeVerdict.Unknown) ? null : false;
    }

    // A path of names alone, most of them, without lists.
    static bool Has(FhirNode at, PathStep[] steps, int step, ExpectedValue wanted)
    {
        if (step == steps.Length) return ValueMatch.Matches(at, wanted);
        foreach (var child in at.All(steps[step].Text))
            if (Has(child, steps, step + 1, wanted)) return true;
        return false;
    }

    bool? ByExistence(FhirNode node, Discriminator discriminator, SliceExpectation expected)
    {
        var exists = Walk(node, discriminator.Steps).Any(f => f.Node.Exists);
        foreach (var rule in expected.Rules)
        {
            if (rule.Max == 0) return !exists;
            if (rule.Min >= 1) return exists;
        }
        return null;
    }

    bool? ByType(FhirNode node, Discriminator discriminator, SliceExpectation expected)
    {
        var resolves = discriminator.Steps is [.., { Kind: StepKind.Resolve }];
        var types = expected.Rules.SelectMany(r => r.Types ?? [])
            .SelectMany(t => resolves ? t.Targets.Select(run.TypeOfProfile) : [t.Code]).Where(t => t is { Length: > 0 }).ToList();
        if (types.Count == 0) return null;
        var found = Walk(node, discriminator.Steps).Select(f => f.Node.Exists ? f.Node.Type : f.Type).Where(t => t is not null).ToList();
        return found.Any(f => types.Any(t => PathTypes.IsA(f, t!)));
    }

    bool? ByProfile(FhirNode node, Discriminator discriminator, SliceExpectation expected)
    {
        var resolves = discriminator.Steps is [.., { Kind: StepKind.Resolve }];
        var profiles = expected.Rules.SelectMany(r => r.Types ?? []).SelectMany(t => resolves ? t.Targets : t.Profiles).ToList();
        if (profiles.Count == 0) return null;
        foreach (var found in Walk(node, discriminator.Steps))
            foreach (var profile in profiles)
            {
                if (!found.Node.Exists ? found.Type is { } type && run.TypeOfProfile(profile) == type : run.Conforms(found.Node, profile)) return true;
            }
        return false;
    }

    IEnumerable<ReferenceTarget> Walk(FhirNode node, PathStep[] steps)
    {
        IEnumerable<ReferenceTarget> found = [new(node, null)];
        foreach (var step in steps) found = found.SelectMany(f => Step(f, step));
        return found;
    }

    IEnumerable<ReferenceTarget> Step(ReferenceTarget from, PathStep step)
    {
        if (!from.Node.Exists) return [];
        return step.Kind switch
        {
            StepKind.Resolve => from.Node.Type == "Reference" && run.Target(from.Node) is var target && (target.Node.Exists || target.Type is not null) ? [target] : [],
            StepKind.Extension => from.Node.All("extension").Where(e => e["url"].Text == step.Text).Select(e => new ReferenceTarget(e, null)),
            StepKind.OfType => PathTypes.IsA(from.Node.Type, step.Text) ? [from] : [],
            _ => from.Node.All(step.Text).Select(c => new ReferenceTarget(c, null))
        };
    }

    SliceExpectation Expect(ElementRule slice, Discriminator discriminator)
    {
        var (values, rules) = (new List<ExpectedValue>(), new List<ElementRule>());
        Expect(slice, discriminator.Steps, 0, values, rules, 0);
        return new(values, rules);
    }

    // A value wanted higher up says what is wanted below; a type's profile says it where the slice itself is silent.
    void Expect(ElementRule rule, PathStep[] steps, int at, List<ExpectedValue> values, List<ElementRule> rules, int depth)
    {
        if (depth > 16) return;
        if (rule.Expected is { } expected)
            foreach (var below in Walk(expected.Value, steps[at..]))
                if (below.Node.Exists) values.Add(expected with { Value = below.Node });
        if (at == steps.Length)
        {
            rules.Add(rule);
            return;
        }
        var (profiles, step) = ((rule.Types ?? []).SelectMany(t => t.Profiles), steps[at]);
        if (step.Kind == StepKind.Resolve)
        {
            if (at == steps.Length - 1) rules.Add(rule);
            else foreach (var target in (rule.Types ?? []).SelectMany(t => t.Targets))
                if (run.Profiles.Get(target)?.Root is { } root) Expect(root, steps, at + 1, values, rules, depth + 1);
            return;
        }
        if (step.Kind == StepKind.OfType)
        {
            Expect(rule, steps, at + 1, values, rules, depth + 1);
            foreach (var typed in rule.Slices.Where(s => s.Types?.Any(t => t.Code == step.Text) ?? false)) Expect(typed, steps, at + 1, values, rules, depth + 1);
            return;
        }
        foreach (var child in rule.Children.Where(c => c.Name == (step.Kind == StepKind.Extension ? "extension" : step.Text)))
        {
            if (step.Kind == StepKind.Name) Expect(child, steps, at + 1, values, rules, depth + 1);
            foreach (var inner in child.Slices.Where(s => step.Kind == StepKind.Extension ? UrlOf(s) == step.Text : s.Min >= 1))
                Expect(inner, steps, at + 1, values, rules, depth + 1);
        }
        foreach (var profile in profiles)
        {
            if (run.Profiles.Get(profile)?.Root is { } root) Expect(root, steps, at, values, rules, depth + 1);
            else if (step.Text == "url" && at == steps.Length - 1 && rule.Name is "extension" or "modifierExtension") values.Add(Url(profile));
        }
    }

    string? UrlOf(ElementRule extension)
    {
        var values = new List<ExpectedValue>();
        Expect(extension, [new(StepKind.Name, "url")], 0, values, [], 0);
        return values.Count > 0 ? values[0].Value.Text : null;
    }

    // The definition of the extension is not loaded: its url is its canonical.
    static ExpectedValue Url(string profile)
    {
        var json = $$"""{"resourceType":"Parameters","parameter":[{"name":"v","valueUri":{{System.Text.Encoding.UTF8.GetString(FhirJson.String(Canonical.WithoutVersion(profile)))}}}]}""";
        return FhirDocument.TryParse(System.Text.Encoding.UTF8.GetBytes(json), out var document, out _) ? new(document.Root["parameter"]["value"], true) : new(default, true);
    }
}
