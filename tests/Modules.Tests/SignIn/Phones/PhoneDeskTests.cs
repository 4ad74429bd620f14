using System.Globalization;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn.Phones;

public sealed class PhoneDeskTests
{
    [Theory, OnEachDatabase]
    public async Task The_number_of_the_screen_typed_on_the_phone_gives_the_answer_once(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        using var device = new TestDevice();
        var phone = await on.Enrol(device);
        var (ticket, request) = await on.Ask();
        (await on.Desk.Waiting(DeskWorld.Doctor, default)).Select(one => one.Id).ShouldBe([request.Id]);
        (await on.Desk.Poll("logiciel", ticket, default)).Told.ShouldBe(RequestAnswer.Pending);
        (await on.Answer(on.Reply(request, phone, device))).ShouldBe(RequestAnswer.Accepted);
        (await on.Desk.Waiting(DeskWorld.Doctor, default)).ShouldBeEmpty();

        (await on.Desk.Poll("autre", ticket, default)).Told.ShouldBe(RequestAnswer.Unknown);
        var polled = await on.Desk.Poll("logiciel", ticket, default);
        (polled.Told, polled.Request!.Account, polled.Request.Phone).ShouldBe((RequestAnswer.Tokens, DeskWorld.Doctor, phone.Id));
        (await on.Desk.Poll("logiciel", ticket, default)).Told.ShouldBe(RequestAnswer.Unknown);
        var line = (await on.Database.Audit.Latest(null, 5, default)).Single(one => one.Entry.Action == "phone-approved");
        line.Entry.Target.ShouldBe("phone/" + phone.Id);
    }

    [Theory, OnEachDatabase]
    public async Task Tokens_are_given_to_one_of_many_polls_at_once(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        using var device = new TestDevice();
        var phone = await on.Enrol(device);
        var (ticket, request) = await on.Ask();
        await on.Answer(on.Reply(request, phone, device));
        var told = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (await on.Desk.Poll("logiciel", ticket, default)).Told));
        told.Count(one => one == RequestAnswer.Tokens).ShouldBe(1);
        told.Where(one => one != RequestAnswer.Tokens).ShouldAllBe(one => one == RequestAnswer.Unknown);
    }

    [Theory, OnEachDatabase]
    public async Task A_wrong_number_closes_at_the_first_try(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        using var device = new TestDevice();
        var phone = await on.Enrol(device);
        var (ticket, request) = await on.Ask();
        (await on.Answer(on.Reply(request, phone, device, number: "24"))).ShouldBe(RequestAnswer.WrongNumber);
        (await on.Answer(on.Reply(request, phone, device))).ShouldBe(RequestAnswer.AnsweredBefore);
        (await on.Desk.Poll("logiciel", ticket, default)).Told.ShouldBe(RequestAnswer.Denied);
    }

    [Theory, OnEachDatabase]
    public async Task Who_approves_blindly_is_right_for_one_number_of_ninety(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        using var device = new TestDevice();
        var phone = await on.Enrol(device);
        var accepted = 0;
        for (var shown = 10; shown <= 99; shown++)
        {
            var (_, request) = await on.Ask(client: $"client {shown}", number: shown.ToString(CultureInfo.InvariantCulture));
            if (await on.Answer(on.Reply(request, phone, device, number: "57")) == RequestAnswer.Accepted) accepted++;
        }
        accepted.ShouldBe(1);
    }

    [Theory, OnEachDatabase]
    public async Task A_thousand_requests_of_one_client_are_three_prompts_in_ten_minutes_and_another_client_is_not_locked_out(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        using var device = new TestDevice();
        var phone = await on.Enrol(device);
        var prompts = 0;
        for (var wave = 0; wave < 10; wave++)
        {
            var asked = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
            {
                try
                {
                    return (await on.Ask(client: "robot")).Request;
                }
                catch (Refusal refusal)
                {
                    refusal.Code.ShouldBe("phone-too-many-requests");
                    return null;
                }
            }));
            prompts += asked.Count(one => one is not null);
            // The robot does not even wait for the answer: the person refuses each at once.
            foreach (var one in asked.OfType<PhoneRequest>()) await on.Answer(on.Reply(one, phone, device, AnswerText.Refuse));
        }
        prompts.ShouldBe(3);
        await on.Ask(client: "logiciel");
        on.Database.Clock.Move(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        await on.Ask(client: "robot");
    }

    [Theory, OnEachDatabase]
    public async Task One_request_waits_at_a_time(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        await on.Ask();
        (await DeskWorld.Refused(() => on.Ask())).ShouldBe("phone-too-many-requests");
        on.Database.Clock.Move(TimeSpan.FromSeconds(121));
        await on.Ask();
    }

    [Theory, OnEachDatabase]
    public async Task Nobody_is_asked_and_counted_as_somebody_is(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        var (ticket, request) = await on.Ask(account: null, person: "rpps:99900000099");
        (await on.Desk.Poll("logiciel", ticket, default)).Told.ShouldBe(RequestAnswer.Pending);
        (await DeskWorld.Refused(() => on.Ask(account: null, person: "rpps:99900000099"))).ShouldBe("phone-too-many-requests");
        on.Database.Clock.Move(TimeSpan.FromSeconds(120));
        (await on.Desk.Poll("logiciel", ticket, default)).Told.ShouldBe(RequestAnswer.Expired);
        request.Account.ShouldBeNull();
    }

    [Theory, OnEachDatabase]
    public async Task Two_phones_answer_and_the_second_is_told(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        var devices = Enumerable.Range(0, 3).Select(_ => new TestDevice()).ToList();
        var phones = new List<Phone>();
        foreach (var device in devices) phones.Add(await on.Enrol(device));
        var (_, request) = await on.Ask();
        var told = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => on.Answer(on.Reply(request, phones[i], devices[i], i == 1 ? AnswerText.Refuse : AnswerText.Approve))));
        told.Count(one => one is RequestAnswer.Accepted or RequestAnswer.Closed).ShouldBe(1);
        told.Count(one => one == RequestAnswer.AnsweredBefore).ShouldBe(2);
        foreach (var device in devices) device.Dispose();
    }

    [Theory, OnEachDatabase]
    public async Task An_answer_after_its_time_is_told_so(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        using var device = new TestDevice();
        var phone = await on.Enrol(device);
        var (ticket, request) = await on.Ask();
        on.Database.Clock.Move(TimeSpan.FromSeconds(120));
        (await on.Answer(on.Reply(request, phone, device))).ShouldBe(RequestAnswer.TooLate);
        (await on.Desk.Poll("logiciel", ticket, default)).Told.ShouldBe(RequestAnswer.Expired);
    }

    [Theory, OnEachDatabase]
    public async Task Not_me_closes_alerts_and_keeps_that_client_away_for_ten_minutes(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        using var device = new TestDevice();
        var phone = await on.Enrol(device);
        var (ticket, request) = await on.Ask();
        (await on.Answer(on.Reply(request, phone, device, AnswerText.NotMe))).ShouldBe(RequestAnswer.Alerted);
        (await on.Desk.Poll("logiciel", ticket, default)).Told.ShouldBe(RequestAnswer.Denied);
        (await DeskWorld.Refused(() => on.Ask())).ShouldBe("phone-too-many-requests");
        await on.Ask(client: "un autre");
        (await on.Database.Audit.Latest(null, 5, default)).ShouldContain(one => one.Entry.Action == "phone-notme" && one.Entry.Outcome == "notme");
        on.Database.Clock.Move(PhoneDesk.AfterNotMe + TimeSpan.FromSeconds(1));
        await on.Ask();
    }

    [Theory, OnEachDatabase]
    public async Task Who_polls_too_fast_is_slowed_down_and_five_seconds_more_each_time(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        var (ticket, _) = await on.Ask();
        async Task<RequestAnswer> Poll(int seconds)
        {
            on.Database.Clock.Move(TimeSpan.FromSeconds(seconds));
            return (await on.Desk.Poll("logiciel", ticket, default)).Told;
        }
        (await Poll(0)).ShouldBe(RequestAnswer.Pending);
        (await Poll(5)).ShouldBe(RequestAnswer.Pending);
        (await Poll(1)).ShouldBe(RequestAnswer.SlowDown);
        (await Poll(5)).ShouldBe(RequestAnswer.SlowDown);   // ten are asked for now
        (await Poll(15)).ShouldBe(RequestAnswer.Pending);
    }

    [Theory, OnEachDatabase]
    public async Task Forged_answers_are_refused_and_the_request_goes_on_waiting(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        using var device = new TestDevice();
        using var stranger = new TestDevice();
        using var lost = new TestDevice();
        using var resting = new TestDevice();
        var phone = await on.Enrol(device);
        var foreign = await on.Enrol(stranger, DeskWorld.Other);
        var revoked = await on.Enrol(lost);
        var suspended = await on.Enrol(resting);
        await on.Commit(unit => on.Phones.Revoke(unit, revoked, PhoneEnd.Stolen));
        await on.Commit(unit => on.Phones.Suspend(unit, suspended));
        var (_, before) = await on.Ask(client: "premier");
        var old = on.Reply(before, phone, device);
        var (_, request) = await on.Ask();
        var right = on.Reply(request, phone, device);

        (string Why, PhoneAnswer Answer, string Code)[] forged =
        [
            ("another key", on.Reply(request, phone, stranger), "phone-proof"),
            ("somebody else's phone", on.Reply(request, foreign, stranger), "phone-unknown"),
            ("no phone", right with { Phone = RandomId.Make(on.Database.Chance) }, "phone-unknown"),
            ("a revoked phone", on.Reply(request, revoked, lost), "phone-revoked"),
            ("a suspended phone", on.Reply(request, suspended, resting), "phone-suspended"),
            ("the answer to another request", old with { Request = request.Id }, "phone-proof"),
            ("another number than was signed", right with { Number = "43" }, "phone-proof"),
            ("another word than was signed", right with { Word = AnswerText.NotMe }, "phone-proof"),
            ("another hour than was signed", right with { At = right.At + 1 }, "phone-proof"),
            ("another nonce", Signed(on, request with { Nonce = before.Nonce }, phone, device), "phone-proof"),
            ("another requester", Signed(on, request with { Body = request.Body with { Requester = "Autre" } }, phone, device), "phone-proof"),
            ("no signature", right with { Proof = [] }, "phone-proof"),
            ("a clock an hour ahead", on.Reply(request, phone, device, ahead: TimeSpan.FromHours(1)), "phone-clock"),
            ("a clock an hour behind", on.Reply(request, phone, device, ahead: -TimeSpan.FromHours(1)), "phone-clock"),
            ("an unknown word", on.Reply(request, phone, device, "yes"), "phone-proof")
        ];
        foreach (var (why, answer, code) in forged) (await DeskWorld.Refused(() => on.Answer(answer))).ShouldBe(code, why);
        (await DeskWorld.Refused(() => on.Answer(right, DeskWorld.Other))).ShouldBe("phone-request-unknown");
        (await on.Answer(right)).ShouldBe(RequestAnswer.Accepted);
        (await on.Answer(right)).ShouldBe(RequestAnswer.AnsweredBefore, "replayed");
    }

    static PhoneAnswer Signed(DeskWorld on, PhoneRequest shown, Phone phone, TestDevice device) => on.Reply(shown, phone, device);

    [Theory, OnEachDatabase]
    public async Task A_document_is_signed_by_the_phones_key_and_a_library_of_others_verifies_it(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        using var device = new TestDevice();
        var phone = await on.Enrol(device);
        var (ticket, request) = await on.Ask(statement: DeskWorld.Statement);
        (await on.Answer(on.Reply(request, phone, device))).ShouldBe(RequestAnswer.Accepted);
        var jws = (await on.Desk.Poll("logiciel", ticket, default)).Request!.Signature!;
        jws.Split('.')[1].ShouldBeEmpty();
        DetachedSignature.TryRead(jws, out var read).ShouldBeTrue();
        read.Thumbprint.ShouldBe(Base64UrlEncoder.Encode(new JsonWebKey(phone.Jwk).ComputeJwkThumbprint()));
        using var provider = new CryptoProviderFactory().CreateForVerifying(new ECDsaSecurityKey(device.Key), SecurityAlgorithms.EcdsaSha256);
        provider.Verify(Encoding.UTF8.GetBytes($"{read.Header}.{DetachedSignature.Payload(DeskWorld.Statement)}"), read.Signature).ShouldBeTrue();
        read.Verifies(phone.Jwk, DeskWorld.Statement with { Name = "Autre" }).ShouldBeFalse();
    }

    [Theory, OnEachDatabase]
    public async Task A_signature_over_anything_else_than_what_was_shown_is_refused(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        using var device = new TestDevice();
        using var stranger = new TestDevice();
        var phone = await on.Enrol(device);
        var (_, request) = await on.Ask(statement: DeskWorld.Statement);
        var right = on.Reply(request, phone, device);
        var header = Base64UrlEncoder.Decode(right.Jws!.Split('.')[0]);
        string[] wrong =
        [
            on.Sign(DeskWorld.Statement with { Digest = new string('A', 42) + "E" }, phone, device), on.Sign(DeskWorld.Statement with { Name = "Autre" }, phone, device),
            on.Sign(DeskWorld.Statement, phone, stranger), on.Sign(DeskWorld.Statement, phone with { Jwk = DeviceKey.Canonical(stranger.Jwk) }, device),
            Resigned(header.Replace("ES256", "none", StringComparison.Ordinal), device), Resigned(header.Replace("\"b64\":false", "\"b64\":true", StringComparison.Ordinal), device),
            Resigned(header.Replace("\"crit\":[\"b64\"]", "\"crit\":[\"b64\",\"x\"]", StringComparison.Ordinal), device), Resigned(header.Replace("{", "{\"jwk\":{},", StringComparison.Ordinal), device),
            Resigned(header.Replace("{", "{\"alg\":\"ES256\",", StringComparison.Ordinal), device), "", "..", "a..b", right.Jws + "A", right.Jws.Replace("..", ".e30.", StringComparison.Ordinal)
        ];
        foreach (var jws in wrong) (await DeskWorld.Refused(() => on.Answer(right with { Jws = jws }))).ShouldBe("phone-proof", jws);
        (await DeskWorld.Refused(() => on.Answer(right with { Jws = null }))).ShouldBe("phone-proof");
        (await on.Answer(right)).ShouldBe(RequestAnswer.Accepted);
    }

    static string Resigned(string header, TestDevice device)
    {
        var encoded = Base64UrlEncoder.Encode(header);
        return $"{encoded}..{Base64UrlEncoder.Encode(device.Sign(Encoding.UTF8.GetBytes(encoded + "." + DetachedSignature.Payload(DeskWorld.Statement))))}";
    }

    [Theory, OnEachDatabase]
    public async Task The_tables_name_nobody(DatabaseKind kind)
    {
        await using var on = await DeskWorld.Open(kind);
        var (ticket, _) = await on.Ask(statement: DeskWorld.Statement);
        var rows = await on.Database.Db.Query($"select id, client, body, nonce, state, pair from signin_phone_request", row => $"{row.Text(0)} {row.Text(1)} {row.Text(2)} {row.Text(3)} {row.Text(4)} {row.Long(5)}", default);
        foreach (var word in new[] { ticket, "99900000024", "Ordonnance", "Logiciel des Essais" }) rows.ShouldHaveSingleItem().ShouldNotContain(word);
    }
}
