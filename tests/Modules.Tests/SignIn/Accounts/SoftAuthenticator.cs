using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Socle.Modules.Tests.SignIn;

/// <summary>What an authenticator and its browser put into an answer: each part may be another than it should be.</summary>
sealed class Answer
{
    public string Type { get; set; } = "webauthn.get";
    public string Origin { get; set; } = "http://localhost:5080";
    public string RpId { get; set; } = "localhost";
    public bool? CrossOrigin { get; set; } = false;
    public string? TopOrigin { get; set; }
    public byte Flags { get; set; } = SoftAuthenticator.Present | SoftAuthenticator.Verified;
    public uint Counter { get; set; }
    public string? Challenge { get; set; }
    public byte[]? CredentialId { get; set; }
    public string? UserHandle { get; set; }
    public ECDsa? Key { get; set; }
    public Func<byte[], byte[]> Data { get; set; } = data => data;
    public Func<byte[], byte[]> Client { get; set; } = client => client;
    public Func<byte[], byte[]> Signature { get; set; } = signature => signature;
    public Func<byte[], byte[]> SignedData { get; set; } = data => data;
    public Action<JsonObject> Json { get; set; } = _ => { };
}

/// <summary>A passkey in software: one key, one user handle, one counter.</summary>
sealed class SoftAuthenticator : IDisposable
{
    public const byte Present = 1, Verified = 4, Eligible = 8, BackedUp = 16, Attested = 64;

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public byte[] Id { get; } = RandomNumberGenerator.GetBytes(32);
    public string UserHandle { get; private set; } = "";
    public uint Counter { get; set; } = 1;

    /// <summary>Answers navigator.credentials.create.</summary>
    public string Create(string options, Action<Answer>? change = null)
    {
        var asked = JsonNode.Parse(options)!;
        UserHandle = (string)asked["user"]!["id"]!;
        var answer = new Answer { Type = "webauthn.create", Flags = Present | Verified | Attested };
        change?.Invoke(answer);
        var point = Key.ExportParameters(false).Q;
        byte[] cose = [0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        byte[] data = answer.Data([.. Head(answer, 0), .. new byte[16], 0, (byte)Id.Length, .. Id, .. cose]);
        byte[] attestation = [0xA3, .. Text("fmt"), .. Text("none"), .. Text("attStmt"), 0xA0, .. Text("authData"), 0x59, (byte)(data.Length >> 8), (byte)data.Length, .. data];
        var json = new JsonObject
        {
            ["id"] = B64(Id), ["rawId"] = B64(Id), ["type"] = "public-key", ["clientExtensionResults"] = new JsonObject(), ["authenticatorAttachment"] = "platform",
            ["response"] = new JsonObject
            {
                ["clientDataJSON"] = B64(Client(answer, (string)asked["challenge"]!)), ["attestationObject"] = B64(attestation), ["transports"] = new JsonArray("internal")
            }
        };
        answer.Json(json);
        return json.ToJsonString();
    }

    /// <summary>Answers navigator.credentials.get.</summary>
    public string Get(string options, Action<Answer>? change = null)
    {
        var answer = new Answer { Counter = ++Counter };
        change?.Invoke(answer);
        var client = Client(answer, (string)JsonNode.Parse(options)!["challenge"]!);
        var data = answer.Data(Head(answer, answer.Counter));
        byte[] signed = answer.SignedData([.. data, .. SHA256.HashData(client)]);
        var signature = answer.Signature((answer.Key ?? Key).SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        var id = answer.CredentialId ?? Id;
        var json = new JsonObject
        {
            ["id"] = B64(id), ["rawId"] = B64(id), ["type"] = "public-key", ["clientExtensionResults"] = new JsonObject(), ["authenticatorAttachment"] = "platform",
            ["response"] = new JsonObject
            {
                ["clientDataJSON"] = B64(client), ["authenticatorData"] = B64(data), ["signature"] = B64(signature), ["userHandle"] = answer.UserHandle ?? UserHandle
            }
        };
        answer.Json(json);
        return json.ToJsonString();
    }

    public void Dispose() => Key.Dispose();

    static byte[] Head(Answer answer, uint counter)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, counter);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(answer.RpId)), answer.Flags, .. count];
    }

    static byte[] Client(Answer answer, string challenge)
    {
        var client = new JsonObject { ["type"] = answer.Type, ["challenge"] = answer.Challenge ?? challenge, ["origin"] = answer.Origin };
        if (answer.CrossOrigin is { } cross) client["crossOrigin"] = cross;
        if (answer.TopOrigin is { } top) client["topOrigin"] = top;
        return answer.Client(JsonSerializer.SerializeToUtf8Bytes(client));
    }

    static byte[] Text(string text) => [(byte)(0x60 + text.Length), .. Encoding.ASCII.GetBytes(text)];

    static string B64(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
