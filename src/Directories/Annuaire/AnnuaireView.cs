using Socle.Api;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// What may be asked, as the guide lists it, and what is shown. A name that is not listed is unknown here, whatever the Store knows:
/// nothing that is hidden can be found, counted or sorted by.
/// </summary>
sealed class AnnuaireView(AnnuaireLevel level) : FhirView
{
    enum Meaning : byte { Plain, Restricted, PublicPart }

    // What an entry that ended still says.
    static readonly HashSet<string> OfEnded =
        ["_id", "_lastUpdated", "active", "identifier", "identifier-type", "data-information-system", "data-registration-authority", "status"];

    static readonly HashSet<string> Control = ["_count", "_summary", "_total", "_elements", "_contained", "_page"];

    static readonly Dictionary<string, Dictionary<string, Meaning>> Listed = new()
    {
        ["Practitioner"] = Of("_id _lastUpdated active data-information-system data-registration-authority family given identifier identifier-type name qualification-code",
            "number-smartcard type-smartcard", "mailbox-mss mailbox-mss-type"),
        ["PractitionerRole"] = Of("_id _lastUpdated active data-information-system data-registration-authority identifier identifier-type organization practitioner role",
            "number-smartcard type-smartcard", "mailbox-mss mailbox-mss-type"),
        ["Organization"] = Of("_id _lastUpdated active address address-city address-postalcode address-line data-information-system data-registration-authority identifier "
            + "identifier-type name partof pharmacy-licence type", "", "mailbox-mss mailbox-mss-type"),
        ["HealthcareService"] = Of("_id _lastUpdated active characteristic data-information-system data-registration-authority identifier identifier-type organization "
            + "service-category service-type", "", ""),
        ["Device"] = Of("_id _lastUpdated data-information-system data-registration-authority identifier identifier-type manufacturer model organization status type", "", "")
    };

    static readonly Dictionary<string, string> Targets = new()
    {
        ["PractitionerRole:practitioner"] = "Practitioner", ["PractitionerRole:organization"] = "Organization", ["Organization:partof"] = "Organization",
        ["Device:organization"] = "Organization", ["HealthcareService:organization"] = "Organization"
    };

    public override bool IsSettled => true;

    public override FhirAsked Ask(string type, IReadOnlyList<KeyValuePair<string, string>> asked, bool? strict)
    {
        var (parameters, ignored, guards) = (new List<KeyValuePair<string, string>>(), new List<string>(), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var (name, value) in asked)
        {
            if (Control.Contains(name)) parameters.Add(new(name, value));
            else if (name is "_include" or "_include:iterate" or "_include:recurse" or "_revinclude" or "_revinclude:iterate" or "_revinclude:recurse")
            {
                if (MayInclude(type, name, value)) parameters.Add(new(name, value));
                else Unknown($"{name}={value}");
            }
            else if (name == "_sort") Sort(value);
            else if (Name(type, name, "", guards) is { } known) parameters.Add(new(known, value));
            else Unknown(name);
        }
        parameters.AddRange(guards.Select(guard => new KeyValuePair<string, string>(guard, "true")));
        return new(parameters, ignored);

        void Sort(string value)
        {
            var keys = new List<string>();
            foreach (var key in value.Split(','))
            {
                var down = key.StartsWith('-');
                if (NameOf(type, down ? key[1..] : key) is { } known) keys.Add(down ? "-" + known : known);
                else Unknown("_sort=" + key);
            }
            if (keys.Count > 0) parameters.Add(new("_sort", string.Join(',', keys)));
        }

        // Unless told otherwise no criterion is dropped: it would answer with others than those asked for.
        void Unknown(string name)
        {
            name = name.Length <= 100 ? name : name[..100] + "…";
            if (strict != false) throw new FhirException("not-supported", null, $"Search parameter {name}: unknown parameter of {type}.");
            ignored.Add(name);
        }
    }

    public override string Said(string type, string criteria) => string.Join('&', criteria.Split('&').Where(pair => !IsGuard(pair)).Select(pair =>
    {
        var equal = pair.IndexOf('=', StringComparison.Ordinal);
        return equal < 0 || pair.StartsWith("_sort=", StringComparison.Ordinal) ? Public(pair) : Public(pair[..equal]) + pair[equal..];
    }));

    public override Stored Show(Stored stored) => AnnuaireEntry.Shown(stored, level);

    public override IReadOnlyList<SearchParam> ParametersOf(string type, SearchParamSet known) =>
        [.. Listed[type].Where(pair => pair.Value != Meaning.Restricted || level == AnnuaireLevel.Restricted)
            .Select(pair => known.Find(type, pair.Key)).OfType<SearchParam>().OrderBy(param => param.Code, StringComparer.Ordinal)];

    public override IReadOnlyList<string> IncludesOf(string type) =>
        [.. Targets.Keys.Where(name => name.StartsWith(type + ":", StringComparison.Ordinal)).Append("*").Order(StringComparer.Ordinal)];

    public override IReadOnlyList<string> RevIncludesOf(string type) => [.. Targets.Where(pair => pair.Value == type).Select(pair => pair.Key).Order(StringComparer.Ordinal)];

    static bool MayInclude(string type, string name, string value)
    {
        if (value == "*") return name.StartsWith("_include", StringComparison.Ordinal);
        var parts = value.Split(':');
        return parts.Length is 2 or 3 && Targets.TryGetValue($"{parts[0]}:{parts[1]}", out var target) && (parts.Length == 2 || parts[2] == target);
    }

    // « name:exact », « organization.address-city », « practitioner:Practitioner.identifier »: the name under which the Store knows it.
    string? Name(string type, string name, string before, SortedSet<string> guards)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0)
        {
            var head = name[..dot].Split(':');
            if (head.Length > 2 || !Targets.TryGetValue($"{type}:{head[0]}", out var target) || head.Length == 2 && head[1] != target) return null;
            return Name(target, name[(dot + 1)..], $"{before}{name[..dot]}.", guards) is { } rest ? $"{name[..dot]}.{rest}" : null;
        }
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var code = colon < 0 ? name : name[..colon];
        if (NameOf(type, code) is not { } known) return null;
        if (!OfEnded.Contains(code) && type != "Device") guards.Add(before + AnnuaireParameters.InService);
        return colon < 0 ? known : known + name[colon..];
    }

    string? NameOf(string type, string code)
    {
        if (!Listed[type].TryGetValue(code, out var meaning)) return null;
        if (level == AnnuaireLevel.Restricted) return code;
        return meaning switch { Meaning.Plain => code, Meaning.PublicPart => code + AnnuaireParameters.PublicSuffix, _ => null };
    }

    static bool IsGuard(string pair) =>
        pair.StartsWith(AnnuaireParameters.InService + "=", StringComparison.Ordinal) || pair.Contains($".{AnnuaireParameters.InService}=", StringComparison.Ordinal);

    static string Public(string text) => text.Replace("mailbox-mss" + AnnuaireParameters.PublicSuffix, "mailbox-mss", StringComparison.Ordinal)
        .Replace("mailbox-mss-type" + AnnuaireParameters.PublicSuffix, "mailbox-mss-type", StringComparison.Ordinal);

    static Dictionary<string, Meaning> Of(string plain, string restricted, string publicPart)
    {
        var listed = new Dictionary<string, Meaning>(StringComparer.Ordinal);
        foreach (var (names, meaning) in new[] { (plain, Meaning.Plain), (restricted, Meaning.Restricted), (publicPart, Meaning.PublicPart) })
            foreach (var name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries)) listed[name] = meaning;
        return listed;
    }
}
