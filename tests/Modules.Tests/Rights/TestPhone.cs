using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;
using Socle.Rights;
using Socle.SignIn;

namespace Socle.Modules.Tests.Rights;

/// <summary>A phone of a citizen, with a key that this test holds.</summary>
sealed class TestPhone : IDisposable
{
    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Phone Enrolled { get; private set; } = null!;

    public static async Task<TestPhone> Enrol(RightsWorld world, Agent citizen)
    {
        var (phone, unit, accounts) = (new TestPhone(), new Unit(), world.Get<Accounts>());
        var account = await accounts.Of(citizen.Id, default) ?? accounts.Open(unit, AgentKind.Citizen, citizen.Id, citizen.Name);
        var point = phone.key.ExportParameters(false).Q;
        phone.Enrolled = world.Get<Phones>().Add(unit, account.Id, "Téléphone d’essai",
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}""");
        await world.Database.Db.Commit(unit, default);
        return phone;
    }

    /// <param name="error">How much later than the server's the phone's clock is, as the phone knows it.</param>
    public string Show(string nonce, string person, DateTimeOffset serverTime, TimeSpan error = default, TestPhone? named = null)
    {
        var code = new CardCode(nonce, (named ?? this).Enrolled.Id, person, DateTimeOffset.FromUnixTimeSeconds((serverTime + error).ToUnixTimeSeconds()), error, new byte[64]);
        return (code with { Signature = key.SignData(code.SignedBytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation) }).Write();
    }

    public async Task Revoke(RightsWorld world)
    {
        var unit = new Unit();
        world.Get<Phones>().Revoke(unit, Enrolled, PhoneEnd.Lost);
        await world.Database.Db.Commit(unit, default);
    }

    public void Dispose() => key.Dispose();
}
