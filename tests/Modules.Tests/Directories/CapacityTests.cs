using System.Text.Json.Nodes;
using Socle.Directories;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Directories;

/// <summary>Bed capacity: the patch that regions send, its published refusals, and that what is old is never free.</summary>
public sealed class CapacityTests
{
    const string Identifier = "1350054680/SSR38888";
    static readonly Agent Region = new(AgentKind.System, "system:region", "Région d’essai", null, "350000010", "Région", 5, 0);
    static readonly Agent Hospital = new(AgentKind.System, "system:dpi", "Hôpital d’essai", null, "350054680", "Hôpital", 6, 0);

    static KeyValuePair<string, string?>[] Settings => [new("Directories:CapacityWriters:0", "region=135*"), new("Directories:CapacityFreshness", "06:00:00")];

    [Theory, OnEachDatabase]
    public async Task A_region_replaces_then_adds_and_the_beds_are_free_until_they_are_old(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind, Settings, new DirectoriesModule());
        var place = await Place(world, Identifier);
        var now = world.Database.Clock.GetUtcNow();

        // First « replace »: there is nothing yet, and the answer says where.
        var refusal = await Refused(world, Region, Identifier, Operation("replace", Path(), Value(4, now)));
        refusal.Reason.ShouldBe(Reason.NotFound);
        refusal.Issues.ShouldHaveSingleItem().Code.ShouldBe("not-found");
        refusal.Issues[0].Expression.ShouldBe($"Location.extension.where(url='{Capacity.Url}')");
        (await world.Get<PatchCapacity>().Run(Region, Identifier, Operation("add", "Location", Value(4, now)), null, default)).Version.ShouldBe(2);
        (await Free(world)).ShouldBe("4 fresh");

        // Sent again, nothing is added twice; a newer count takes the place of the older.
        (await world.Get<PatchCapacity>().Run(Region, Identifier, Operation("add", "Location", Value(4, now)), null, default)).Version.ShouldBe(2);
        (await world.Get<PatchCapacity>().Run(Region, Identifier, Operation("replace", Path(), Value(2, now.AddSeconds(10))), null, default)).Version.ShouldBe(3);
        (await Free(world)).ShouldBe("2 fresh");
        var stored = await Read(world, place);
        Indicators(stored).ShouldBe(1);
        stored["extension"]![0]!["extension"]!.AsArray().Single(part => part!["url"]!.GetValue<string>() == "capacityStatus")!["valueCodeableConcept"]!["coding"]![0]!["code"]!
            .GetValue<string>().ShouldBe("02", "whatever came, what is kept has the form of the profile");

        // A message that was under way for long does not undo it.
        (await Refused(world, Region, Identifier, Operation("replace", Path(), Value(9, now.AddHours(-1))))).Issues[0].Code.ShouldBe("business-rule");
        (await Free(world)).ShouldBe("2 fresh");

        world.Database.Clock.Move(TimeSpan.FromHours(5.9));
        (await Free(world)).ShouldBe("2 fresh");
        world.Database.Clock.Move(TimeSpan.FromHours(0.2));
        (await Free(world)).ShouldBe("none, old");
        await world.Get<PatchCapacity>().Run(Hospital, Identifier, Operation("replace", Path(), Value(1, world.Database.Clock.GetUtcNow())), null, default);
        (await Free(world)).ShouldBe("1 fresh", "an establishment tells its own");
        await world.Get<PatchCapacity>().Run(Region, Identifier, Operation("delete", Path(), null), null, default);
        (await Free(world)).ShouldBe("no units");
    }

    [Theory, OnEachDatabase]
    public async Task Each_refusal_is_the_published_one_and_leaves_its_trace(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind, Settings, new DirectoriesModule());
        await Place(world, Identifier);
        await Place(world, "1350054680/DOUBLE");
        await Place(world, "1350054680/DOUBLE");
        var now = world.Database.Clock.GetUtcNow();

        (await Say(Region, "1350054680/RIEN", Operation("replace", Path(), Value(1, now)))).ShouldBe(
            "404 not-found Location La Location avec l’identifiant externe de synchro OU l’identifiant unique de saisie : '1350054680/RIEN' n’a pas été trouvée.");
        (await Say(Region, "1350054680/DOUBLE", Operation("add", "Location", Value(1, now)))).ShouldBe(
            "412 multiple-matches Location La Location recherchée n’est pas unique, il y a '2' résultats");
        (await Say(Region, Identifier, Operation("add", "Location", Value(1, now, status: "77")))).ShouldBe(
            $"400 business-rule Location.extension('{Capacity.Url}').extension('capacityStatus') « capacityStatus » a un code inconnu : 77");
        (await Say(Region, Identifier, Operation("add", "Location", Value(-1, now)))).ShouldStartWith("400 business-rule");
        (await Say(Region, Identifier, Operation("add", "Location", Value(1, now.AddHours(2))))).ShouldContain("n’est pas une date passée");
        (await Say(Region, Identifier, Operation("move", "Location", Value(1, now)))).ShouldStartWith("400 business-rule");
        (await Say(Region, Identifier, Operation("replace", "Location.name", Value(1, now)))).ShouldContain("ne désigne pas une capacité");
        (await Say(Region, Identifier, JsonNode.Parse("""{"resourceType":"Location"}""")!)).ShouldStartWith("400 business-rule");
        (await Say(Region, "1750000001/X", Operation("add", "Location", Value(1, now)))).ShouldStartWith("403");
        (await Say(Hospital with { Structure = "990000001" }, Identifier, Operation("add", "Location", Value(1, now)))).ShouldStartWith("403");
        (await Free(world)).ShouldBe("no units");

        var trail = (await world.Database.Audit.Latest(null, 200, default)).Select(line => line.Entry.Outcome).ToHashSet();
        foreach (var code in new[] { "ror-no-such-place", "ror-several-places", "ror-business-rule", "ror-not-your-place" }) trail.ShouldContain(code);

        async Task<string> Say(Agent agent, string identifier, JsonNode body)
        {
            var refusal = await Refused(world, agent, identifier, body);
            return $"{(int)refusal.Reason} {string.Join("; ", refusal.Issues.Select(i => $"{i.Code} {i.Expression} {i.Diagnostics}"))}".Trim();
        }
    }

    public static TheoryData<string> Values => new()
    {
        // As it is published: the part holds the extension itself, and « valueString » stands where the text says code.
        """{"name":"value","part":[{"extension":[{"url":"URL","extension":[{"url":"capacityType","valueString":"01"},{"url":"capacityStatus","valueString":"02"},{"url":"temporalityCapacity","valueString":"01"},{"url":"nbCapacity","valueInteger":7}]}]}]}""",
        """{"name":"value","part":[{"extension":[{"url":"URL","extension":[{"url":"capacityType","valueCode":"01"},{"url":"capacityStatus","valueCode":"02"},{"url":"temporalityCapacity","valueCode":"01"},{"url":"nbCapacity","valueInteger":7}]}]}]}""",
        """{"name":"value","part":[{"name":"extension","part":[{"name":"url","valueUri":"URL"},{"name":"extension","part":[{"name":"url","valueString":"capacityType"},{"name":"value","valueCodeableConcept":{"coding":[{"system":"https://x/y","code":"01"}]}},{"name":"url","valueString":"capacityStatus"},{"name":"value","valueCodeableConcept":{"coding":[{"code":"02"}]}},{"name":"url","valueString":"temporalityCapacity"},{"name":"value","valueCode":"01"},{"name":"url","valueString":"nbCapacity"},{"name":"value","valueInt":"7"}]}]}]}""",
    };

    [Theory, MemberData(nameof(Values))]
    public void A_capacity_is_understood_in_each_form_that_regions_send(string value)
    {
        var now = new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
        var body = JsonNode.Parse($$$"""
            {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueString":"add"},{"name":"path","valueString":"Location"},{{{value.Replace("URL", Capacity.Url, StringComparison.Ordinal)}}}]}]}
            """);
        var changed = CapacityPatch.Read(body).Apply(JsonNode.Parse("""{"resourceType":"Location","extension":[{"url":"urn:x","valueString":"y"}]}""")!.AsObject(), now)!;
        changed["extension"]![0]!["url"]!.GetValue<string>().ShouldBe("urn:x", "what it does not name stays");
        var capacity = Capacity.Read(changed["extension"]![1]!.AsObject(), default);
        (capacity.Count, capacity.Status, capacity.IsCurrent, capacity.Updated).ShouldBe((7, "02", true, now));
    }

    [Theory]
    [InlineData("Location.extension.where(url='URL' and extension.where(url='capacityStatus').value='02')")]
    [InlineData("Location.extension.where(url='URL').where(extension('capacityStatus').value.coding.code = '02' and extension('temporalityCapacity').value = '01')")]
    [InlineData("Location.extension.where(url='URL' and extension.where(url='capacityStatus').value.coding.where(system='https://mos.esante.gouv.fr/NOS/TRE_R330' and code='02').exists())")]
    public void What_names_an_indicator_is_its_codes_however_they_are_compared(string path)
    {
        var now = new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
        var location = JsonNode.Parse("""{"resourceType":"Location","extension":[]}""")!.AsObject();
        location["extension"]!.AsArray().Add(new Capacity(Codes("01"), 30, now.AddDays(-3)).Write());
        location["extension"]!.AsArray().Add(new Capacity(Codes("02"), 3, now.AddDays(-3)).Write());
        var changed = CapacityPatch.Read(Operation("replace", path.Replace("URL", Capacity.Url, StringComparison.Ordinal), Value(8, now))).Apply(location, now)!;
        var read = changed["extension"]!.AsArray().Select(e => Capacity.Read(e!.AsObject(), default)).ToList();
        read.Select(c => (c.Status, c.Count)).ShouldBe([("01", 30), ("02", 8)]);
        CapacityPatch.Read(Operation("replace", path.Replace("URL", Capacity.Url, StringComparison.Ordinal), Value(8, now))).Apply(changed, now).ShouldBeNull("the same again changes nothing");
    }

    static Dictionary<string, string> Codes(string status) => new() { ["capacityType"] = "01", ["capacityStatus"] = status, ["temporalityCapacity"] = "01" };

    static string Path() => $"Location.extension.where(url='{Capacity.Url}' and extension.where(url='capacityStatus').value='02' and extension.where(url='temporalityCapacity').value='01')";

    static JsonObject Value(int count, DateTimeOffset at, string status = "02")
    {
        var extension = new JsonArray(
            new JsonObject { ["url"] = "capacityType", ["valueString"] = "01" }, new JsonObject { ["url"] = "capacityStatus", ["valueString"] = status },
            new JsonObject { ["url"] = "temporalityCapacity", ["valueString"] = "01" }, new JsonObject { ["url"] = "nbCapacity", ["valueInteger"] = count },
            new JsonObject { ["url"] = "capacityUpdateDate", ["valueDateTime"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) });
        return new() { ["name"] = "value", ["part"] = new JsonArray(new JsonObject { ["extension"] = new JsonArray(new JsonObject { ["extension"] = extension, ["url"] = Capacity.Url }) }) };
    }

    static JsonObject Operation(string type, string path, JsonObject? value)
    {
        var parts = new JsonArray(new JsonObject { ["name"] = "type", ["valueString"] = type }, new JsonObject { ["name"] = "path", ["valueString"] = path });
        if (value is not null) parts.Add(value);
        return new JsonObject { ["parameter"] = new JsonArray(new JsonObject { ["name"] = "operation", ["part"] = parts }), ["resourceType"] = "Parameters" };
    }

    static async Task<Stored> Place(RecordWorld world, string identifier)
    {
        var place = (await world.Write(new WriteOp.Create(Parse($$"""
            {"resourceType":"Location","status":"active","name":"Unité","identifier":[{"value":"{{identifier}}"}],"position":{"latitude":47.99,"longitude":-4.1} }
            """))))[0].Stored;
        await world.Write(new WriteOp.Create(Parse($$"""
            {"resourceType":"HealthcareService","active":true,"location":[{"reference":"{{place.Reference}}"}],
             "specialty":[{"coding":[{"system":"{{OfferKinds.Specialty}}","code":"SM04"}]}]}
            """)));
        return place;
    }

    static async Task<Refusal> Refused(RecordWorld world, Agent agent, string identifier, JsonNode body) =>
        await Should.ThrowAsync<Refusal>(() => world.Get<PatchCapacity>().Run(agent, identifier, body, null, default));

    static async Task<string> Free(RecordWorld world)
    {
        var units = await world.Get<BedSearch>().Near(OfferKinds.Find("cardiologue"), OfferTowns.Find("Quimper")!.Centre, 20, default);
        if (units.Count == 0) return "no units";
        return units[0] switch { { Free: { } free } => $"{free} fresh", { IsStale: true } => "none, old", _ => "unknown" };
    }

    static async Task<JsonObject> Read(RecordWorld world, Stored place) =>
        JsonNode.Parse((await world.Store.Read(await world.Enter(RecordWorld.Steward), "Location", place.Id, default))!.Bytes.Span)!.AsObject();

    static int Indicators(JsonObject location) => location["extension"]!.AsArray().Count(e => e!["url"]!.GetValue<string>() == Capacity.Url);

    static FhirDocument Parse(string json) => FhirDocument.Parse(System.Text.Encoding.UTF8.GetBytes(json));
}
