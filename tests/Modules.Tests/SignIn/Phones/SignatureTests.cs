using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn.Phones;

using Phones = Socle.SignIn.Phones;

public sealed class SignatureTests
{
    static readonly byte[] Document = SHA256.HashData("%PDF-1.7 une ordonnance"u8);

    [Theory, OnEachDatabase]
    public async Task A_software_asks_the_phone_signs_and_anybody_verifies_it_without_us(DatabaseKind kind)
    {
        await using var world = await PhoneWorld.Open(kind);
        var (browser, device, phone) = await world.Phone();
        var asked = await Ask(world);
        (await Send(world, HttpMethod.Get, $"/api/signatures/{asked.Id}")).Json.GetProperty("state").GetString().ShouldBe("waiting");
        await Answer(world, browser, device, phone, AnswerText.Approve, asked.Number);
        var signature = await Fetch(world, asked.Id);
        var keys = (await Send(world, HttpMethod.Get, "/.well-known/signature-keys")).Text;

        var found = SignatureVerifier.Verify(signature, Document, keys);
        (found.Fault, found.Signer, found.SignerName, found.Kind, found.Name).ShouldBe((null, "8" + PhoneWorld.Rpps, "Inès VAUBAN", "Ordonnance", "Ordonnance du 3 mars 2026"));
        (await Send(world, HttpMethod.Post, "/api/signatures/verification", Sent(signature, Document))).Json.GetProperty("valid").GetBoolean().ShouldBeTrue();

        // The phone is revoked afterwards: what it signed before stays signed, by the list of that day and by the one of today.
        world.Database.Clock.Move(TimeSpan.FromSeconds(2));
        await browser.Post("/telephone/retirer", await browser.Read("/telephone"), new() { ["phone"] = phone.Id });
        DetachedSignature.TryRead(signature.Jws, out var read);
        var today = await Send(world, HttpMethod.Get, "/.well-known/signature-keys/" + read.Thumbprint);
        today.Type.ShouldBe("application/jwt");
        SignatureVerifier.Verify(signature, Document, keys).IsRight.ShouldBeTrue();
        SignatureVerifier.Verify(signature with { Keys = today.Text }, Document, keys).IsRight.ShouldBeTrue();
        Base64UrlEncoder.Decode(today.Text.Split('.')[1]).ShouldContain("revoked_at");
    }

    [Theory, OnEachDatabase]
    public async Task Whatever_is_changed_in_a_signature_spoils_it(DatabaseKind kind)
    {
        await using var world = await PhoneWorld.Open(kind);
        var (browser, device, phone) = await world.Phone();
        var asked = await Ask(world);
        await Answer(world, browser, device, phone, AnswerText.Approve, asked.Number);
        var right = await Fetch(world, asked.Id);
        world.Database.Clock.Move(TimeSpan.FromMinutes(11));
        var second = await Ask(world, "Certificat");
        await Answer(world, browser, device, phone, AnswerText.Approve, second.Number);
        var other = await Fetch(world, second.Id);
        var keys = (await Send(world, HttpMethod.Get, "/.well-known/signature-keys")).Text;
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        (string Why, PhoneSignature Signature)[] spoiled =
        [
            ("another payload", right with { Payload = other.Payload }), ("a payload written otherwise", right with { Payload = right.Payload.Replace("\",\"", "\", \"", StringComparison.Ordinal) }),
            ("another signature", right with { Jws = other.Jws }), ("another receipt", right with { Receipt = other.Receipt }), ("a list for a receipt", right with { Receipt = right.Keys }),
            ("a receipt for a list", right with { Keys = right.Receipt }), ("no receipt", right with { Receipt = "" }), ("no list", right with { Keys = "e30.e30." }),
            ("a receipt of somebody else's key", right with { Receipt = Resigned(right.Receipt, stranger) }), ("a list of somebody else's key", right with { Keys = Resigned(right.Keys, stranger) }),
            ("a receipt without a signature", right with { Receipt = right.Receipt[..(right.Receipt.LastIndexOf('.') + 1)] })
        ];
        foreach (var (why, signature) in spoiled) SignatureVerifier.Verify(signature, Document, keys).IsRight.ShouldBeFalse(why);
        SignatureVerifier.Verify(right, SHA256.HashData("autre"u8), keys).Fault.ShouldBe("Le document n’est pas celui qui a été signé.");
        SignatureVerifier.Verify(right, Document, "{\"keys\":[]}").IsRight.ShouldBeFalse();
        SignatureVerifier.Verify(right, Document, "").IsRight.ShouldBeFalse();
        (await Send(world, HttpMethod.Post, "/api/signatures/verification", Sent(right with { Jws = other.Jws }, Document))).Json.GetProperty("valid").GetBoolean().ShouldBeFalse();
        SignatureVerifier.Verify(right, Document, keys).IsRight.ShouldBeTrue();
    }

    [Theory, OnEachDatabase]
    public async Task A_signature_that_the_receipt_dates_after_the_revocation_is_worth_nothing(DatabaseKind kind)
    {
        await using var world = await PhoneWorld.Open(kind);
        var (browser, device, phone) = await world.Phone();
        var asked = await Ask(world);
        await Answer(world, browser, device, phone, AnswerText.Approve, asked.Number);
        var signature = await Fetch(world, asked.Id);
        var keys = (await Send(world, HttpMethod.Get, "/.well-known/signature-keys")).Text;
        // The row of a phone that was revoked an hour before: no answer of it would have been taken.
        var unit = new Unit();
        unit.Add($"update signin_phone set state = {"revoked"}, ended_at = {Clock.Micros(world.Database.Clock.GetUtcNow() - TimeSpan.FromHours(1))}");
        await world.Database.Db.Commit(unit, default);
        var list = (await Send(world, HttpMethod.Get, "/.well-known/signature-keys/" + phone.Thumbprint)).Text;
        SignatureVerifier.Verify(signature with { Keys = list }, Document, keys).Fault.ShouldBe("Le téléphone était retiré quand la signature a été reçue.");
    }

    [Theory, OnEachDatabase]
    public async Task What_is_refused_on_the_phone_is_refused_to_the_software_and_what_is_not_answered_lapses(DatabaseKind kind)
    {
        await using var world = await PhoneWorld.Open(kind);
        var (browser, device, phone) = await world.Phone();
        var asked = await Ask(world);
        await Answer(world, browser, device, phone, AnswerText.Refuse, "");
        (await Send(world, HttpMethod.Get, $"/api/signatures/{asked.Id}")).Json.GetProperty("state").GetString().ShouldBe("refused");
        asked = await Ask(world);
        (await Send(world, HttpMethod.Post, "/api/signatures", Wish())).Status.ShouldBe(429);
        world.Database.Clock.Move(PhoneSignatures.Lifetime);
        (await Send(world, HttpMethod.Get, $"/api/signatures/{asked.Id}")).Json.GetProperty("state").GetString().ShouldBe("expired");
        (await Send(world, HttpMethod.Get, $"/api/signatures/{asked.Id}", rpps: PhoneWorld.OtherRpps)).Status.ShouldBe(404);
        (await Send(world, HttpMethod.Get, "/.well-known/signature-keys/" + new string('A', 43))).Status.ShouldBe(404);
    }

    public static TheoryData<string, string, int> Wrong => new()
    {
        { "digest", "court", 422 }, { "digest", new string('A', 42) + "B", 422 }, { "name", "", 422 }, { "name", "deux\nlignes", 422 }, { "name", "caché\u202Efdp.exe", 422 },
        { "name", new string('x', 121), 422 }, { "kind", "\u200B", 422 }
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task What_would_not_be_read_as_it_is_is_not_shown(string member, string value, int status)
    {
        await using var world = await PhoneWorld.Open(DatabaseKind.Sqlite);
        await world.Phone();
        var wish = JsonNode.Parse(Wish())!.AsObject();
        wish[member] = value;
        (await Send(world, HttpMethod.Post, "/api/signatures", wish.ToJsonString())).Status.ShouldBe(status);
        wish.Remove(member);
        (await Send(world, HttpMethod.Post, "/api/signatures", wish.ToJsonString())).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Nobody_asks_without_the_token_of_a_professional()
    {
        await using var world = await PhoneWorld.Open(DatabaseKind.Sqlite);
        (await Send(world, HttpMethod.Post, "/api/signatures", Wish(), rpps: null)).Status.ShouldBe(401);
        var system = Agents.System(world.Database.Keys, "labo", "990000049", "Laboratoire");
        (await Send(world, HttpMethod.Post, "/api/signatures", Wish(), agent: system)).Status.ShouldBe(403);
        (await Send(world, HttpMethod.Post, "/api/signatures", "[]")).Status.ShouldBe(400);
        (await Send(world, HttpMethod.Post, "/api/signatures", "{")).Status.ShouldBe(400);
    }

    static string Wish(string kind = "Ordonnance") =>
        JsonSerializer.Serialize(new { digest = Base64UrlEncoder.Encode(Document), name = $"{kind} du 3 mars 2026", kind });

    static string Sent(PhoneSignature signature, byte[] document) => JsonSerializer.Serialize(new
    {
        payload = signature.Payload, jws = signature.Jws, receipt = signature.Receipt, keys = signature.Keys, digest = Base64UrlEncoder.Encode(document)
    });

    static async Task<(string Id, string Number)> Ask(PhoneWorld world, string kind = "Ordonnance")
    {
        var asked = await Send(world, HttpMethod.Post, "/api/signatures", Wish(kind));
        asked.Status.ShouldBe(201, asked.Text);
        return (asked.Json.GetProperty("id").GetString()!, asked.Json.GetProperty("number").GetString()!);
    }

    static async Task Answer(PhoneWorld world, TestBrowser browser, TestDevice device, Phone phone, string word, string number)
    {
        // Who signs proved a moment ago who they are.
        var fresh = await world.Enter();
        var home = await fresh.Read("/telephone");
        var page = await fresh.Read(Regex.Match(home, "href=\"(/telephone/demandes/[a-z2-7]{26})\"").Groups[1].Value);
        WebUtility.HtmlDecode(page).ShouldContain("du 3 mars 2026");
        var told = await fresh.Post(Regex.Match(page, "action=\"(/telephone/demandes/[a-z2-7]{26})\"").Groups[1].Value, page, world.Reply(page, phone, device, word, number));
        told.Status.ShouldBe(HttpStatusCode.SeeOther, told.Html);
    }

    static async Task<PhoneSignature> Fetch(PhoneWorld world, string id)
    {
        var answer = (await Send(world, HttpMethod.Get, $"/api/signatures/{id}")).Json;
        answer.GetProperty("state").GetString().ShouldBe("signed");
        return new(answer.GetProperty("payload").GetString()!, answer.GetProperty("jws").GetString()!, answer.GetProperty("receipt").GetString()!, answer.GetProperty("keys").GetString()!);
    }

    static string Resigned(string jwt, ECDsa key)
    {
        var signed = jwt[..jwt.LastIndexOf('.')];
        return $"{signed}.{Base64UrlEncoder.Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    static async Task<(int Status, string Text, JsonElement Json, string? Type)> Send(
        PhoneWorld world, HttpMethod method, string path, string? json = null, string? rpps = PhoneWorld.Rpps, Agent? agent = null)
    {
        using var request = world.Server.Request(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        agent ??= rpps is null ? null : Agents.Professional(world.Database.Keys, rpps, "Inès VAUBAN", "Médecin", null, null);
        if (agent is not null && path.StartsWith("/api", StringComparison.Ordinal))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", world.Get<Tokens>().Issue(new(agent, "user/*.cruds", TimeSpan.FromHours(1))));
        using var answer = await world.Server.Send(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default, answer.Content.Headers.ContentType?.MediaType);
    }
}
