using System.Text.Json;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Identities;

/// <summary>The teleservice on a database of its own, with a register of invented people.</summary>
sealed class InsiWorld(FhirWorld fhir) : IAsyncDisposable
{
    public FhirWorld Fhir => fhir;

    public static async Task<InsiWorld> Open(DatabaseKind kind, string? settings = null) =>
        new(await FhirWorld.Open(kind, settings, () => new IdentitiesModule()));

    public async Task<string> Add(NewPatient patient)
    {
        var made = await fhir.Post(fhir.Token(FhirWorld.Steward), "Patient", System.Text.Encoding.UTF8.GetString(PatientBuilder.Build(patient)));
        made.Status.ShouldBe(201, made.Text);
        return made.Id;
    }

    public Task<FhirReply> Match(Agent agent, NewPatient asked, string? scopes = null) => Match(fhir.Token(agent, scopes), asked);

    public Task<FhirReply> Match(string? token, NewPatient asked) => fhir.Post(token, "Patient/$match", Parameters(asked));

    public static string Parameters(NewPatient asked) =>
        $$"""{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{{System.Text.Encoding.UTF8.GetString(PatientBuilder.Build(asked))}}},{"name":"onlyCertainMatches","valueBoolean":true},{"name":"count","valueInteger":3}]}""";

    public async Task<IReadOnlyList<AuditLine>> TraceOf(string id)
    {
        fhir.Storage.Keys.TryReadId(id, out var key, out _).ShouldBeTrue();
        return await fhir.Storage.Audit.OfPatient(key, null, 100, default);
    }

    /// <summary>« 00 », « 01 », « 02 », « OK » or « KO », and what follows it.</summary>
    public static string CodesOf(FhirReply reply)
    {
        reply.Status.ShouldBe(200, reply.Text);
        var outcome = reply.Json.GetProperty("entry").EnumerateArray().Single(entry => entry.GetProperty("search").GetProperty("mode").GetString() == "outcome").GetProperty("resource");
        return string.Join(' ', outcome.GetProperty("issue").EnumerateArray().Select(issue => issue.GetProperty("details").GetProperty("coding")[0].GetProperty("code").GetString()));
    }

    public static JsonElement? PersonOf(FhirReply reply) => reply.Json.GetProperty("entry").EnumerateArray()
        .Where(entry => entry.GetProperty("search").GetProperty("mode").GetString() == "match").Select(entry => (JsonElement?)entry.GetProperty("resource")).SingleOrDefault();

    public ValueTask DisposeAsync() => fhir.DisposeAsync();
}

/// <summary>A few people who are easily taken for each other.</summary>
static class Register
{
    static int order;

    public static NewPatient Qualified(string name, string[] given, string born = "1957-03-14", string sex = "F", string place = "29232") => new(name, given, born, sex)
    {
        InsSystem = Ins.Systems.Test, Ins = Number(sex, Interlocked.Increment(ref order)), BirthPlaceCode = place, Status = IdentityStatus.Qualified,
        City = "Brest", Street = "1 rue des Essais", Phone = "0600000000"
    };

    public static string Number(string sex, int order) => Ins.FromParts($"{(sex == "F" ? 2 : 1)}570329{1 + order / 999 % 900:000}{1 + order % 999:000}").Value;

    public static NewPatient Asked(string name, string given, string born = "1957-03-14", string sex = "F", string? place = null) =>
        new(name, given.Length == 0 ? [] : given.Split(' '), born, sex) { BirthPlaceCode = place };
}
