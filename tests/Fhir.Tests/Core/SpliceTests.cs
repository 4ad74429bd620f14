using System.Text;

namespace Socle.Fhir.Tests.Core;

public sealed class SpliceTests
{
    static readonly DateTimeOffset Moment = new(2026, 5, 4, 10, 20, 30, 40, TimeSpan.FromHours(2));
    const string Meta = """{"versionId":"3","lastUpdated":"2026-05-04T08:20:30.040Z"}""";

    public static TheoryData<string, string> Identities => new()
    {
        { """{"resourceType":"Basic","code":{"text":"x"}}""", """{"resourceType":"Basic","id":"a","meta":M,"code":{"text":"x"}}""" },
        { """{"code":{"text":"x"},"resourceType":"Basic"}""", """{"resourceType":"Basic","id":"a","meta":M,"code":{"text":"x"}}""" },
        { """{"resourceType":"Basic","id":"old","code":{"text":"x"}}""", """{"resourceType":"Basic","id":"a","meta":M,"code":{"text":"x"}}""" },
        { """{"resourceType":"Patient"}""", """{"resourceType":"Patient","id":"a","meta":M}""" },
        {
            """{"resourceType":"Patient","meta":{"profile":["http://x"],"versionId":"1"},"id":"old"}""",
            """{"resourceType":"Patient","id":"a","meta":{"profile":["http://x"],"versionId":"3","lastUpdated":"2026-05-04T08:20:30.040Z"}}"""
        },
        {
            """{"resourceType":"Patient","id":"old","meta":{"versionId":"1","lastUpdated":"2020-01-01T00:00:00Z"},"active":true}""",
            """{"resourceType":"Patient","id":"a","meta":M,"active":true}"""
        },
        {
            "{\n  \"resourceType\": \"Patient\",\n  \"active\": true\n}",
            "{\n  \"resourceType\": \"Patient\",\n  \"id\":\"a\",\n  \"meta\":M,\n  \"active\": true\n}"
        }
    };

    [Theory, MemberData(nameof(Identities))]
    public void Id_and_meta_are_set(string before, string after)
    {
        using var doc = Doc(before);
        var splice = new Splice(doc);
        splice.SetIdAndMeta("a", 3, Moment);
        var result = splice.Apply();
        Encoding.UTF8.GetString(result).ShouldBe(after.Replace("M", Meta, StringComparison.Ordinal));
        splice.Apply().ShouldBe(result);
        using var again = FhirDocument.Parse(result);
    }

    static FhirDocument Doc(string json) => FhirDocument.Parse(Encoding.UTF8.GetBytes(json));

    public static TheoryData<string, string, string> Removals => new()
    {
        { """{"resourceType":"Patient","id":"a","active":true}""", "active", """{"resourceType":"Patient","id":"a"}""" },
        { """{"resourceType":"Patient","active":true,"id":"a"}""", "active", """{"resourceType":"Patient","id":"a"}""" },
        { """{"active":true,"resourceType":"Patient"}""", "active", """{"resourceType":"Patient"}""" },
        { """{"resourceType":"Patient","name":[{"given":["A","B"]}]}""", "name.given", """{"resourceType":"Patient","name":[{"given":["B"]}]}""" },
        { """{"resourceType":"Patient","name":[{"given":["A"]}],"active":true}""", "name.given", """{"resourceType":"Patient","active":true}""" },
        {
            """{"resourceType":"Patient","name":[{"given":["A","B"],"_given":[{"id":"x","extension":[{"url":"u","valueCode":"c"}]},null]}]}""", "name.given",
            """{"resourceType":"Patient","name":[{"given":["B"],"_given":[null]}]}"""
        },
        {
            """{"resourceType":"Patient","birthDate":"2000","_birthDate":{"extension":[{"url":"u","valueCode":"c"}]},"active":true}""", "birthDate",
            """{"resourceType":"Patient","active":true}"""
        },
        {
            """{"resourceType":"Patient","_birthDate":{"extension":[{"url":"u","valueCode":"c"}]},"active":true}""", "birthDate",
            """{"resourceType":"Patient","active":true}"""
        }
    };

    [Theory, MemberData(nameof(Removals))]
    public void A_node_is_removed_with_its_comma(string before, string path, string after)
    {
        using var doc = Doc(before);
        var splice = new Splice(doc);
        splice.Remove(path.Split('.').Aggregate(doc.Root, (node, name) => node[name]));
        Encoding.UTF8.GetString(splice.Apply()).ShouldBe(after);
        using var again = FhirDocument.Parse(splice.Apply());
    }

    [Fact]
    public void A_property_is_replaced_added_and_takes_the_place_of_another_choice()
    {
        using var doc = Doc("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueString":"a"}""");
        var splice = new Splice(doc);
        splice.SetProperty(doc.Root, "status", "\"amended\""u8);
        splice.SetProperty(doc.Root, "valueInteger", "3"u8);
        splice.SetProperty(doc.Root["code"], "coding", "[{\"code\":\"c\"}]"u8);
        Encoding.UTF8.GetString(splice.Apply()).ShouldBe(
            """{"resourceType":"Observation","status":"amended","code":{"text":"x","coding":[{"code":"c"}]},"valueInteger":3}""");
    }

    [Fact]
    public void A_node_of_another_document_is_refused()
    {
        using var one = Doc("""{"resourceType":"Patient","active":true}""");
        using var other = Doc("""{"resourceType":"Patient","active":true}""");
        Should.Throw<ArgumentException>(() => new Splice(one).Remove(other.Root["active"]));
        Should.Throw<ArgumentException>(() => new Splice(one).Remove(one.Root));
    }
}
