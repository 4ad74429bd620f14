using System.Text.RegularExpressions;
using Socle.Identities;
using Socle.Platform;
using Socle.Rights;
using Socle.Support;

namespace Socle.Modules.Tests.Rights;

public sealed class CertificateTests
{
    static async Task<string> Issue(Browsing citizen, string card, string kind)
    {
        var (status, location, text) = await citizen.Post(card, card + "/attestations", ("genre", kind));
        status.ShouldBe(303, text);
        location.ShouldStartWith(card + "/attestations/");
        return location[(card + "/attestations/").Length..];
    }

    [Theory, OnEachDatabase]
    public async Task A_paper_is_valid_until_another_replaces_it_and_the_check_never_says_the_number(DatabaseKind kind)
    {
        await using var world = await RightsWorld.Open(kind);
        var jeanne = await world.SignIn(world.Jeanne);
        var (card, number) = ($"/espace/{RightsWorld.PathOf(world.Jeanne)}/carte", await world.NumberOf(world.Jeanne));
        var shownNumber = $"{number[..1]} {number[1..3]} {number[3..5]}";

        var page = await jeanne.Get(card);
        page.Status.ShouldBe(200);
        page.Text.ShouldContain("Droits inventés.");
        page.Text.ShouldNotContain(number);

        var first = await Issue(jeanne, card, "droits");
        (await jeanne.Get($"{card}/attestations/{first}")).Text.ShouldContain(shownNumber);
        var check = await world.Anonymous().Get("/verifier?code=" + first.ToLowerInvariant().Insert(4, "-"));
        check.Text.ShouldContain("Cette attestation est la bonne.");
        check.Text.ShouldContain("Jeanne Morel");
        check.Text.ShouldContain("ne vaut pas attestation");
        check.Text.ShouldNotContain(number);
        check.Text.ShouldNotContain(shownNumber);

        var second = await Issue(jeanne, card, "droits");
        (await world.Anonymous().Get("/verifier?code=" + first)).Text.ShouldContain("a été remplacée");
        (await world.Anonymous().Get("/verifier?code=" + second)).Text.ShouldContain("est la bonne");
        (await world.Anonymous().Get("/verifier?code=0000-0000-0000")).Text.ShouldContain("n’est celui d’aucune attestation");
        (await world.Anonymous().Get("/verifier?code=" + Uri.EscapeDataString("'; drop"))).Text.ShouldContain("n’est celui d’aucune attestation");

        world.Clock.Move(TimeSpan.FromDays(366));
        (await world.Anonymous().Get("/verifier?code=" + second)).Text.ShouldContain("sa date est passée");
    }

    [Theory, OnEachDatabase]
    public async Task The_proof_of_cover_never_carries_the_number_nor_anything_about_health(DatabaseKind kind)
    {
        await using var world = await RightsWorld.Open(kind);
        var jeanne = await world.SignIn(world.Jeanne);
        var (card, number) = ($"/espace/{RightsWorld.PathOf(world.Jeanne)}/carte", await world.NumberOf(world.Jeanne));
        var code = await Issue(jeanne, card, "couverture");
        var page = await jeanne.Get($"{card}/attestations/{code}");
        var pdf = await jeanne.Get($"{card}/attestations/{code}/pdf");
        var check = await world.Anonymous().Get("/verifier?code=" + code);
        foreach (var text in new[] { page.Text, PdfText.Of(pdf.Bytes), check.Text })
        {
            text.ShouldContain("Jeanne Morel");
            var digits = Regex.Replace(text, @"\s", "");
            digits.ShouldNotContain(number);
            digits.ShouldNotContain(number[..13]);
            foreach (var health in new[] { "longue durée", "Mutuelle", "Complémentaire santé", "Exonération" }) text.ShouldNotContain(health);
        }
    }

    [Theory, OnEachDatabase]
    public async Task Who_asks_for_what(DatabaseKind kind)
    {
        await using var world = await RightsWorld.Open(kind);
        var (jeanne, helene, malik, nurse) = (await world.SignIn(world.Jeanne), await world.SignIn(world.Helene), await world.SignIn(world.Malik), await world.SignIn(world.Nurse));
        var card = $"/espace/{RightsWorld.PathOf(world.Jeanne)}/carte";
        var code = await Issue(jeanne, card, "droits");
        var child = $"/espace/{(await world.ChildrenOf(world.Helene))[0]}/carte";
        (Browsing Who, string Path, int Status, string? Contains, string? Never)[] cases =
        [
            (world.Anonymous(), card, 303, null, "Jeanne"),
            (nurse, card, 403, null, "Jeanne"),
            (helene, card, 404, "n’existe pas ou ne vous est pas ouverte", "Jeanne"),
            (jeanne, card, 200, "Jeanne Morel", null),
            (jeanne, child, 404, null, "Inès"),
            (helene, child, 200, "votre enfant", "Jeanne"),
            (malik, child, 200, "votre enfant", "Jeanne"),
            (helene, $"/espace/{RightsWorld.PathOf(world.Helene)}/carte/attestations/{code}", 404, null, "Jeanne"),
            (jeanne, $"{card}/attestations/{code}", 200, "Valable", null),
            (helene, $"{card}/attestations/{code}/pdf", 404, null, "Jeanne"),
            (world.Anonymous(), "/verifier", 200, "Vérifier une attestation", "Jeanne")
        ];
        foreach (var (who, path, status, contains, never) in cases)
        {
            var answer = await who.Get(path);
            answer.Status.ShouldBe(status, path);
            if (contains is not null) answer.Text.ShouldContain(contains);
            if (never is not null) answer.Text.ShouldNotContain(never);
        }
    }

    [Theory, OnEachDatabase]
    public async Task An_erased_person_leaves_no_readable_paper(DatabaseKind kind)
    {
        await using var world = await RightsWorld.Open(kind);
        var jeanne = await world.SignIn(world.Jeanne);
        var code = await Issue(jeanne, $"/espace/{RightsWorld.PathOf(world.Jeanne)}/carte", "droits");
        var unit = new Unit();
        world.Database.Keys.Erase(unit, world.Jeanne.Agent.PatientKey);
        await world.Database.Db.Commit(unit, default);
        (await world.Anonymous().Get("/verifier?code=" + code)).Text.ShouldContain("n’est celui d’aucune attestation");
    }

    [Theory]
    [InlineData("7KQ2-M3XD-9FHT", "7KQ2M3XD9FHT")]
    [InlineData(" 7kq2 m3xd 9fht ", "7KQ2M3XD9FHT")]
    [InlineData("OIL0-0000-0000", "011000000000")]
    [InlineData("7KQ2-M3XD-9FH", null)]
    [InlineData("7KQ2-M3XD-9FHTT", null)]
    [InlineData("UUUU-UUUU-UUUU", null)]
    [InlineData(null, null)]
    public void A_code_is_read_as_people_type_it(string? typed, string? expected) => CertificateCode.Read(typed).ShouldBe(expected);

    [Fact]
    public void A_paper_holds_no_longer_than_the_insurance_and_none_is_made_without_one()
    {
        var person = new PatientCard(1, "a", "MOREL", null, "JEANNE", "1957-03-14", "F");
        var (now, today) = (new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), new DateOnly(2026, 11, 22));
        CardRights Until(DateOnly until) => new("s", true, "Jeanne", true, [new(RightKind.Scheme, "general", "Régime général", new(2020, 1, 1), until, now)]);
        CertificateBody.Of(CertificateKind.Rights, "0", "", person, "2", Until(today.AddDays(3)), now, today)!.Until.ShouldBe(today.AddDays(3));
        CertificateBody.Of(CertificateKind.Rights, "0", "", person, "2", Until(today.AddYears(9)), now, today)!.Until.ShouldBe(new(2027, 11, 21));
        CertificateBody.Of(CertificateKind.Covered, "0", "", person, "2", Until(today.AddYears(9)), now, today)!.Matricule.ShouldBeNull();
        CertificateBody.Of(CertificateKind.Rights, "0", "", person, "2", Until(today.AddDays(-1)), now, today).ShouldBeNull();
    }
}
