using System.Xml.Linq;

namespace Socle.Cda;

/// <summary>The HL7 data types of a header, each as our record; a null flavor reads as absent.</summary>
static class ValueReader
{
    public static CdaId? Id(XElement? element) =>
        element.Value("root") is { } root ? new CdaId(root, element.Value("extension"), element.Value("assigningAuthorityName")) : null;

    public static IReadOnlyList<CdaId> Ids(XElement element, string name = "id") => [.. element.All(name).Select(Id).OfType<CdaId>()];

    public static CdaCode? Code(XElement? element) => element is null
        ? null
        : new CdaCode(element.Value("code"), element.Value("codeSystem"), element.Value("displayName"), element.One("originalText").Text(), element.Value("nullFlavor"))
        {
            Translations = [.. element.All("translation").Select(Code).OfType<CdaCode>()],
        };

    public static CdaTime? Time(XElement? element) => CdaTime.Parse(element.Value("value"));

    public static CdaPeriod? Period(XElement? element)
    {
        if (element is null) return null;
        if (Time(element) is { } single) return new CdaPeriod(single, single);
        var (low, high) = (Time(element.One("low")), Time(element.One("high")));
        return low is null && high is null ? null : new CdaPeriod(low, high);
    }

    public static CdaName? Name(XElement? element)
    {
        if (element is null) return null;
        var given = element.All("given").Select(g => g.Text()).OfType<string>().Distinct().ToArray();
        var family = element.All("family").Select(f => f.Text()).OfType<string>().FirstOrDefault();
        return given.Length == 0 && family is null
            ? element.Text() is { } whole ? new CdaName(null, [], whole, null) : null
            : new CdaName(element.One("prefix").Text(), given, family, element.One("suffix").Text());
    }

    /// <summary>A role (assignedEntity, assignedAuthor, associatedEntity…) inside its act, which knows the time and the function.</summary>
    public static CdaPerson Person(XElement? role, XElement act)
    {
        var person = role.One("assignedPerson") ?? role.One("associatedPerson") ?? role.One("relatedPerson") ?? role.One("informationRecipient");
        var device = role.One("assignedAuthoringDevice");
        var organization = role.One("representedOrganization") ?? role.One("scopingOrganization") ?? role.One("receivedOrganization");
        var time = act.One("time");
        return new CdaPerson(role is null ? [] : Ids(role), Name(person.One("name")), Organization(organization))
        {
            Time = Time(time) ?? Period(time)?.High ?? Period(time)?.Low,
            Code = Code(role.One("code")),
            Function = Code(act.One("functionCode")),
            Device = device is null ? null : Device(device),
            Addresses = role is null ? [] : Addresses(role),
            Telecoms = role is null ? [] : Telecoms(role),
        };
    }

    static string? Device(XElement device)
    {
        var words = new[] { device.One("manufacturerModelName").Text(), device.One("softwareName").Text() }.OfType<string>().Distinct().ToArray();
        return words.Length == 0 ? "Logiciel" : string.Join(' ', words);
    }

    public static CdaOrganization? Organization(XElement? element) => element is null
        ? null
        : new CdaOrganization(Ids(element), element.One("name").Text())
        {
            Setting = Code(element.One("standardIndustryClassCode")),
            Addresses = Addresses(element),
            Telecoms = Telecoms(element),
        };

    public static IReadOnlyList<CdaTelecom> Telecoms(XElement role) =>
        [.. role.All("telecom").Where(t => t.Value("value") is not null).Select(t => new CdaTelecom(t.Value("value")!, t.Value("use")))];

    public static IReadOnlyList<CdaAddress> Addresses(XElement role) =>
        [.. role.All("addr").Where(a => !a.IsNull() && a.Text() is not null).Select(Address)];

    static CdaAddress Address(XElement element)
    {
        string? Of(string name) => element.One(name).Text();
        var street = string.Join(' ', new[] { Of("houseNumber"), Of("streetNameType"), Of("streetName") }.OfType<string>());
        List<string> lines = [.. new[] { Of("unitID"), Of("additionalLocator") }.OfType<string>()];
        if (street.Length > 0) lines.Add(street);
        lines.AddRange(element.All("streetAddressLine").Select(l => l.Text()).OfType<string>());
        // An address may also be free text with no part at all.
        if (!element.HasElements && element.Text() is { } free) lines.Add(free);
        return new CdaAddress(lines, Of("postalCode"), Of("city"), Of("country"), Of("county"), element.Value("use"));
    }
}
