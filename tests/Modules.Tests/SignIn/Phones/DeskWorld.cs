using System.Text;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn.Phones;

using Phones = Socle.SignIn.Phones;

/// <summary>Requests and phones on a database of their own, without a server; the phones are keys of this test.</summary>
sealed class DeskWorld : IAsyncDisposable
{
    public const string Doctor = "dddddddddddddddddddddddddd", Other = "eeeeeeeeeeeeeeeeeeeeeeeeee";

    public static Agent Agent { get; } = new(AgentKind.Professional, "rpps:99900000024", "Inès VAUBAN", "Médecin", null, null, 5, 0);

    public static SignedStatement Statement { get; } = new(Base64UrlEncoder.Encode(new byte[32]), "Ordonnance du 3 mars \"copie\" <1>", "Ordonnance");

    public required TestDatabase Database { get; init; }
    public required Phones Phones { get; init; }
    public required RequestStore Requests { get; init; }
    public required PhoneDesk Desk { get; init; }

    public static async Task<DeskWorld> Open(DatabaseKind kind)
    {
        var on = await TestDatabase.Open(kind, [.. new SignInModule().Migrations]);
        var requests = new RequestStore(on.Db, on.Keys);
        var phones = new Phones(on.Db, new(on.Db, on.Keys), on.Clock, on.Chance);
        var outbox = on.Storage.Outbox;
        return new() { Database = on, Phones = phones, Requests = requests, Desk = new(requests, phones, on.Db, on.Audit, outbox, on.Clock, on.Chance) };
    }

    public async Task<Phone> Enrol(TestDevice device, string account = Doctor)
    {
        var unit = new Unit();
        var phone = Phones.Add(unit, account, "téléphone", device.Jwk);
        await Database.Db.Commit(unit, default);
        return phone;
    }

    public Task Commit(Action<Unit> act)
    {
        var unit = new Unit();
        act(unit);
        return Database.Db.Commit(unit, default);
    }

    public Task<AskedRequest> Ask(string client = "logiciel", string? account = Doctor, string number = "42", SignedStatement? statement = null, string person = "rpps:99900000024") =>
        Desk.Ask(new(client, person, new RequestBody("Logiciel des Essais", number, statement), TimeSpan.FromSeconds(120)), account, default);

    public PhoneAnswer Reply(PhoneRequest request, Phone phone, TestDevice device, string word = AnswerText.Approve, string number = "42", TimeSpan? ahead = null)
    {
        var at = (Database.Clock.GetUtcNow() + (ahead ?? TimeSpan.Zero)).ToUnixTimeSeconds();
        var typed = word == AnswerText.Approve ? number : "";
        return new(request.Id, phone.Id, word, typed, at, device.Sign(AnswerText.Of(request, word, typed, at)), request.Body.Statement is { } statement ? Sign(statement, phone, device) : null);
    }

    public string Sign(SignedStatement statement, Phone phone, TestDevice device)
    {
        var header = Base64UrlEncoder.Encode(DetachedSignature.Header(phone.Thumbprint, Database.Clock.GetUtcNow()));
        var proof = device.Sign(Encoding.UTF8.GetBytes(header + "." + DetachedSignature.Payload(statement)));
        return $"{header}..{Base64UrlEncoder.Encode(proof)}";
    }

    public Task<RequestAnswer> Answer(PhoneAnswer answer, string account = Doctor) => Desk.Answer(Agent, account, answer, default);

    public static async Task<string> Refused(Func<Task> act) => (await Should.ThrowAsync<Refusal>(act)).Code;

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
