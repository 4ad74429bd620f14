using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What this server signs about signatures: when it took one, and which keys a person's phones had. Both are read without us, by our public key.</summary>
sealed class PhonePapers(Phones phones, PhonesStore store, Accounts accounts, Keys keys, SignInSettings settings, TimeProvider clock)
{
    public const string ReceiptType = "signature-receipt+jwt", KeysType = "phone-keys+jwt";

    static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public async Task<PhoneSignature> Of(PhoneRequest request, string jws, DateTimeOffset at, string accountId, CancellationToken stop)
    {
        var account = (await accounts.Find(accountId, stop))!;
        DetachedSignature.TryRead(jws, out var read);
        var receipt = Sign(ReceiptType, at, new()
        {
            ["sub"] = Subject(account), ["jws_sha256"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(jws))), ["kid"] = read.Thumbprint
        });
        return new(DetachedSignature.Payload(request.Body.Statement!), jws, receipt, await KeysOf(account, stop));
    }

    /// <summary>The keys of whoever once signed with this one: only who holds a signature knows its name.</summary>
    public async Task<string?> KeysOf(string thumbprint, CancellationToken stop) =>
        await store.Signed(thumbprint, stop) is { } phone && await accounts.Find(phone.AccountId, stop) is { } account ? await KeysOf(account, stop) : null;

    public JsonObject ServerKeys() => new() { ["keys"] = new JsonArray(Jwk()) };

    async Task<string> KeysOf(Account account, CancellationToken stop) => Sign(KeysType, clock.GetUtcNow(), new()
    {
        ["sub"] = Subject(account), ["name"] = account.Name,
        ["keys"] = JsonSerializer.SerializeToElement((await phones.Of(account.Id, stop)).Select(Key))
    });

    static JsonObject Key(Phone phone)
    {
        var key = JsonNode.Parse(phone.Jwk)!.AsObject();
        (key["kid"], key["use"], key["alg"], key["nbf"]) = (phone.Thumbprint, "sig", "ES256", phone.Since.ToUnixTimeSeconds());
        if (phone.EndedAt is { } ended) key["revoked_at"] = ended.ToUnixTimeSeconds();
        return key;
    }

    string Sign(string type, DateTimeOffset at, Dictionary<string, object> claims) => Handler.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = settings.Issuer, IssuedAt = at.UtcDateTime, TokenType = type, Claims = claims,
        SigningCredentials = new(new ECDsaSecurityKey(keys.TokenSigningKey) { KeyId = Jwk()["kid"]!.GetValue<string>() }, SecurityAlgorithms.EcdsaSha256)
        {
            CryptoProviderFactory = new() { CacheSignatureProviders = false }
        }
    });

    JsonObject Jwk()
    {
        var point = keys.TokenSigningKey.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
        var thumbprint = DeviceKey.Thumbprint($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""");
        return new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = x, ["y"] = y, ["kid"] = thumbprint, ["use"] = "sig", ["alg"] = "ES256" };
    }

    static string Subject(Account account) => "8" + account.Rpps;
}
