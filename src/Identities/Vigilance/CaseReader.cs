using System.Globalization;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Identities;

/// <summary>A case as its members see it. Both people see in the trace of their record that they were compared.</summary>
sealed class CaseReader(CaseStore cases, IdentitiesStore identities, IdentityMatches matches, LinkStore links, AuditLog audit, Db db, Keys keys)
{
    public static string PathOf(long id) => id.ToString("x16", CultureInfo.InvariantCulture);

    public async Task<IdentityCase> Get(string path, CancellationToken stop) =>
        long.TryParse(path, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) && await cases.ById(id, stop) is { } found
            ? found
            : throw IdentitiesRefusals.CaseUnknown.With();

    public async Task<CellCase> Line(IdentityCase about, CancellationToken stop)
    {
        var cards = (await identities.ByPatients([about.One, about.Other], stop)).ToDictionary(row => row.Card.PatientKey, row => row.Card);
        return new(PathOf(about.Id), about.Kind, about.IsOpen, Name(cards.GetValueOrDefault(about.One)), Name(cards.GetValueOrDefault(about.Other)),
            about.Kind == CaseKind.Duplicate ? about.Score : null, about.Opened, about.Note, about.Decision);
    }

    public async Task<CaseModel> Detail(Agent agent, IdentityCase about, Form form, CancellationToken stop)
    {
        var line = await Line(about, stop);
        var compared = await matches.Compare(about.One, about.Other, stop);
        var cards = (await identities.ByPatients([about.One, about.Other], stop)).ToDictionary(row => row.Card.PatientKey, row => row.Card);
        await Trace(agent, about, stop);
        var (outcome, why) = compared is { } both ? (T["outcome." + both.Match.Outcome.ToString().ToLowerInvariant()], both.Match.Why) : (T["outcome.merged"], "");
        return new(line, compared is { } pair ? [.. pair.Match.Fields.Select(field => Trait(field, cards[about.One], cards[about.Other], pair.One, pair.Other))] : [],
            outcome, why, await Choices(about, cards, stop), Decided(about), form);
    }

    async Task<IReadOnlyList<Choice>> Choices(IdentityCase about, Dictionary<long, PatientCard> cards, CancellationToken stop)
    {
        if (!about.IsOpen) return await MergedOf(about, stop) is null ? [] : [new("unmerge", T["choice.unmerge"])];
        var (one, other) = (Name(cards.GetValueOrDefault(about.One)), Name(cards.GetValueOrDefault(about.Other)));
        List<Choice> all = [new("keep-one", T["choice.keep", "A", one]), new("keep-other", T["choice.keep", "B", other])];
        if (about.Kind == CaseKind.Collision) all.AddRange([new("number-one", T["choice.number", "A", one]), new("number-other", T["choice.number", "B", other])]);
        else all.AddRange([new("different", T["choice.different"]), new("qualify-one", T["choice.qualify", "A", one]), new("qualify-other", T["choice.qualify", "B", other])]);
        return all;
    }

    /// <summary>The record of the two that was merged into the other; null when neither is.</summary>
    public async Task<long?> MergedOf(IdentityCase about, CancellationToken stop)
    {
        if (await links.Of(about.One, stop) is { } one && one.Survivor == about.Other) return about.One;
        return await links.Of(about.Other, stop) is { } other && other.Survivor == about.One ? about.Other : null;
    }

    static string? Decided(IdentityCase about) => about.IsOpen || about.Closed is not { } closed ? null
        : T["case.decided", T["decision." + about.Decision], about.ClosedBy ?? "", closed.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture), about.Why ?? ""];

    static ComparedTrait Trait(FieldScore field, PatientCard one, PatientCard other, MatchTraits a, MatchTraits b) => new(
        T["trait." + field.Field.ToString().ToLowerInvariant()], Written(field.Field, one, a), Written(field.Field, other, b), field.French,
        field.Weight > 0 ? "good" : field.Weight < 0 ? "danger" : "plain", field.Weight);

    // A number is compared, never shown beside another: that it is there is enough.
    static string Written(MatchField field, PatientCard card, MatchTraits traits) => field switch
    {
        MatchField.BirthName => card.UsedName is null ? card.BirthName : $"{card.BirthName} ({T["trait.used", card.UsedName]})",
        MatchField.FirstNames => card.FirstName,
        MatchField.BirthDate => card.ShownBirthDate,
        MatchField.Sex => French.Sex(card.Sex),
        MatchField.BirthPlace => card.BirthPlaceCode.Length == 0 ? T["trait.unknown"] : card.BirthPlaceCode,
        MatchField.Ins => traits.Ins.Count == 0 ? T["trait.none"] : T["trait.present"],
        MatchField.Contact => traits.Phone == 0 && traits.Address == 0 ? T["trait.unknown"] : T["trait.present"],
        _ => traits.BirthOrder == 0 ? T["trait.unknown"] : traits.BirthOrder.ToString(CultureInfo.InvariantCulture)
    };

    static string Name(PatientCard? card) => card is null ? T["case.attached"] : $"{card.BirthName} {card.FirstName}, {card.ShownBirthDate}";

    async Task Trace(Agent agent, IdentityCase about, CancellationToken stop)
    {
        var unit = new Unit();
        foreach (var patient in new[] { about.One, about.Other })
            audit.Append(unit, new()
            {
                Agent = agent, Action = "identity-review", Patient = patient, Target = $"Patient/{keys.ExternalId(patient, 1)}",
                Label = "Comparaison de vos traits d’identité avec ceux d’un autre dossier", Purpose = "identitovigilance", Outcome = "ok"
            });
        await db.Commit(unit, stop);
    }

    static Texts T => Texts.Of(typeof(IdentitiesModule).Assembly);
}
