using Socle.Fhir;

namespace Socle.Cda.Rendering;

/// <summary>Who, what, when: always shown, before and after the body.</summary>
sealed class HeaderWriter(HtmlWriter html, CdaHeader header, Labels labels, string? ours)
{
    const string Separator = "\u00a0· ";

    public void Write()
    {
        html.Open("header", ("class", "document"));
        html.Leaf("p", DocumentTypes.Of(header.Type).French, ("class", "kind"), ("lang", ours is null ? null : "fr"));
        html.Leaf("h1", header.Title).Line();
        Patient();
        html.Open("dl", ("class", "facts"));
        Fact(labels.Date, labels.Words(header.EffectiveTime));
        Fact(labels.Version, header.Version?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Facts(labels.Author, header.Authors.Select(a => Signed(a.Person)));
        if (header.LegalAuthenticator is { } legal) Fact(labels.Validator, Signed(legal));
        Fact(labels.Custodian, header.Custodian?.Name);
        Facts(labels.Event, header.Events.Select(e => Join(e.Code?.Words, labels.Words(e.Period))));
        Fact(labels.Encounter, Join(header.Encounter?.Code?.Words, labels.Words(header.Encounter?.Period)));
        Fact(labels.Facility, Join(header.Encounter?.FacilityName, header.Encounter?.FacilityCode?.Words));
        Fact(labels.Confidentiality, Confidentiality(header.Confidentiality));
        if (header.Related.Any(r => r.Type == "RPLC")) Fact(labels.Replaces, labels.OnePrevious);
        html.Close().Close().Line();
    }

    void Patient()
    {
        var p = header.Patient;
        html.Open("section", ("class", "patient"), ("aria-labelledby", "patient")).Leaf("h2", labels.Patient, ("id", "patient"), ("lang", ours));
        html.Open("dl", ("class", "facts"));
        Fact(labels.BirthName, Said(p.BirthName));
        Fact(labels.UsedName, p.UsedName);
        Fact(labels.Given, Said(string.Join(' ', p.Given)));
        Fact(labels.UsedGiven, p.UsedGiven);
        Fact(labels.Sex, p.Sex.Code switch
        {
            "F" => labels.Female,
            "M" => labels.Male,
            null => labels.NotSaid,
            _ => labels.OtherSex,
        });
        Fact(labels.BirthDate, p.BirthDate is { } born ? labels.Words(born) : labels.NotSaid);
        Fact(labels.BirthPlace, Join(p.BirthPlaceName, p.BirthPlaceCode is { } cog ? $"COG {cog}" : null));
        if (p.Deceased) Fact(labels.DeathDate, p.DeceasedAt is { } died ? labels.Words(died) : labels.Deceased);
        foreach (var id in p.Ids.Where(i => i.Extension is not null)) Identifier(id);
        html.Close().Close().Line();
    }

    void Identifier(CdaId id)
    {
        if (!Ins.Systems.Current.Contains(id.System))
        {
            Fact(labels.OtherIdentifier, Join(id.Extension, id.AssigningAuthority));
            return;
        }
        var remark = Ins.Check(id.Extension!) switch
        {
            InsCheck.Right => null,
            InsCheck.WrongKey => labels.WrongKey,
            _ => labels.MalformedIns,
        };
        Fact(labels.Ins, Join(Grouped(id.Extension!), Ins.Systems.IsProduction(id.System) ? null : labels.TestIns, remark));
    }

    // 2 79 03 51 215 189 89: sex, year, month, department, commune, order, key.
    static string Grouped(string ins) => ins.Length != 15
        ? ins
        : string.Join('\u202f', ins[..1], ins[1..3], ins[3..5], ins[5..7], ins[7..10], ins[10..13], ins[13..]);

    string? Confidentiality(CdaCode code) => code.Code switch
    {
        "N" => null,
        "R" => labels.Restricted,
        "V" => labels.VeryRestricted,
        _ => labels.Masked,
    };

    /// <summary>Everyone and every structure the header names, with how to reach them.</summary>
    public void People()
    {
        html.Open("section", ("id", "people"), ("class", "people"), ("aria-labelledby", "people-title"));
        html.Leaf("h2", labels.People, ("id", "people-title"), ("lang", ours)).Open("dl", ("class", "facts"));
        Fact(labels.Contact, Reach(header.Patient.Addresses, header.Patient.Telecoms));
        Facts(labels.Guardian, header.Patient.Guardians.Select(g => Join(g.Name?.Words ?? g.OrganizationName, g.Relation?.Words, Reach(g.Addresses, g.Telecoms))));
        Facts(labels.Author, header.Authors.Select(a => Full(a.Person)));
        if (header.LegalAuthenticator is { } legal) Fact(labels.Validator, Full(legal));
        Facts(labels.Authenticator, header.Authenticators.Select(Full));
        Facts(labels.Performer, header.Events.SelectMany(e => e.Performers).Select(Full));
        if (header.Encounter?.Responsible is { } responsible) Fact(labels.Responsible, Full(responsible));
        Facts(labels.Participant, header.Participants.Select(p => Join(p.Person.Function?.Words, Full(p.Person))));
        Facts(labels.Informant, header.Informants.Select(i => Full(i.Person)));
        Facts(labels.Recipient, header.Recipients.Select(Full));
        if (header.Custodian is { } c) Fact(labels.Custodian, Join(c.Name, Reach(c.Addresses, c.Telecoms)));
        html.Close().Close().Line();
    }

    public void Footer()
    {
        html.Open("footer").Open("p").Text($"{labels.Identifier}{labels.Colon}{header.Id.Urn}");
        html.Close().Close().Line();
    }

    void Fact(string name, string? words) => Facts(name, [words]);

    // One name for several facts of a kind; the same fact is said once.
    void Facts(string name, IEnumerable<string?> facts)
    {
        var said = facts.OfType<string>().Distinct().ToArray();
        if (said.Length == 0) return;
        html.Open("div").Leaf("dt", name, ("lang", ours));
        foreach (var words in said) html.Leaf("dd", words);
        html.Close().Line();
    }

    string Said(string words) => words.Length > 0 ? words : labels.NotSaid;

    string? Signed(CdaPerson person) =>
        Join(person.Words, person.Code?.Words, person.Organization?.Name, person.Time is { } time ? $"{labels.On}\u00a0{labels.Words(time)}" : null);

    static string? Full(CdaPerson person) => Join(
        person.Words,
        person.Code?.Words,
        person.Organization?.Name,
        Reach(person.Addresses, person.Telecoms) ?? (person.Organization is { } o ? Reach(o.Addresses, o.Telecoms) : null));

    static string? Reach(IReadOnlyList<CdaAddress> addresses, IReadOnlyList<CdaTelecom> telecoms)
    {
        var lines = addresses.Select(a => string.Join(", ", a.Lines.Append(string.Join(' ', new[] { a.PostalCode, a.City }.OfType<string>())).Append(a.Country ?? "").Where(l => l.Length > 0)));
        return Join([.. lines, .. telecoms.Select(t => t.Value.Split(':', 2) is [_, var number] ? number : t.Value)]);
    }

    static string? Join(params ReadOnlySpan<string?> parts)
    {
        List<string> said = [];
        foreach (var part in parts)
            if (!string.IsNullOrWhiteSpace(part) && !said.Contains(part)) said.Add(part);
        return said.Count == 0 ? null : string.Join(Separator, said);
    }
}
