namespace Socle.Fhir;

/// <summary>A profile with its rules, those of its parents included. Immutable once made.</summary>
sealed class Profile(ProfileSource source, ElementRule? root, IReadOnlyList<string> problems)
{
    readonly Dictionary<string, ElementRule> byId = [];

    public string Url => source.Url;
    public string Canonical => source.Canonical;
    public string Type => source.Type;

    /// <summary>Null when a parent is not there: nothing but the base type can be checked then.</summary>
    public ElementRule? Root => root;

    /// <summary>What in the profile itself could not be understood or found.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>The rule of that element, for what R4 defines by reference to another element (Questionnaire.item.item).</summary>
    public ElementRule? At(string path)
    {
        if (root is null) return null;
        lock (byId)
        {
            if (byId.Count == 0) Note(root);
            return byId.GetValueOrDefault(path);
        }
    }

    void Note(ElementRule rule)
    {
        byId.TryAdd(rule.Id, rule);
        foreach (var child in rule.Children) Note(child);
    }
}
