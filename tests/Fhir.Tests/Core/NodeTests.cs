using System.Text;

namespace Socle.Fhir.Tests.Core;

public sealed class NodeTests
{
    const string Json = """
        {"resourceType":"Observation","id":"o1","meta":{"profile":["http://a","http://b"]},
        "contained":[{"resourceType":"Patient","id":"p","managingOrganization":{"reference":"Organization/1"}}],
        "status":"final","code":{"coding":[{"system":"urn:oid:1.2","code":"c"},{"code":"d"}]},
        "subject":{"reference":"urn:uuid:00000000-0000-0000-0000-000000000001"},
        "_issued":{"extension":[{"url":"http://e","valueCode":"unknown"}]},
        "valueQuantity":{"value":1.50,"_value":{"extension":[{"url":"http://f","valueString":"x"}]},"unit":"g"},
        "component":[{"code":{"text":"a"},"valueString":"s"},{"code":{"text":"b"},"valueBoolean":true}],
        "performer":[{"display":"d"},{"reference":"Practitioner/2"}]}
        """;

    [Fact]
    public void Nodes_are_found_by_name_with_their_types()
    {
        using var doc = Doc(Json);
        var root = doc.Root;
        (root.Type, root.Name, doc.ResourceType, root.IsResource).ShouldBe(("Observation", "Observation", "Observation", true));
        root["value"].ShouldBe(root["valueQuantity"]);
        (root["value"].Name, root["value"].ElementName, root["value"].Type).ShouldBe(("valueQuantity", "value", "Quantity"));
        root["value"]["value"].Text.ShouldBe("1.50");
        root["value"]["value"]["extension"]["value"].Text.ShouldBe("x");
        root["component"].Type.ShouldBe("BackboneElement");
        root.All("component").Select(c => c["value"].Type).ShouldBe(["string", "boolean"]);
        root["meta"].All("profile").Select(p => p.Text).ShouldBe(["http://a", "http://b"]);
        root["contained"].Type.ShouldBe("Patient");
        root["issued"].Exists.ShouldBeTrue();
        root["issued"].Text.ShouldBeNull();
        (root["issued"].Type, root["issued"].IsPrimitive).ShouldBe(("instant", true));
        root["issued"]["extension"]["value"].Text.ShouldBe("unknown");
        root["nothing"]["at"]["all"].Exists.ShouldBeFalse();
        default(FhirNode).Children.ShouldBeEmpty();
        default(FhirNode).Text.ShouldBeNull();
    }

    [Fact]
    public void Paths_are_FHIRPath_and_lead_back()
    {
        using var doc = Doc(Json);
        doc.Root.All("component").Last()["code"]["text"].Path.ShouldBe("Observation.component[1].code.text");
        doc.Root["value"]["value"].Path.ShouldBe("Observation.value.value");
        doc.Root["value"]["value"]["extension"]["url"].Path.ShouldBe("Observation.value.value.extension[0].url");
        doc.Root["meta"].All("profile").Last().Path.ShouldBe("Observation.meta.profile[1]");
        doc.Root["contained"]["id"].Path.ShouldBe("Observation.contained[0].id");
        foreach (var node in Descendants(doc.Root))
            node.Parent.Children.ShouldContain(node, node.Path);
        doc.Root.Parent.Exists.ShouldBeFalse();
    }

    static IEnumerable<FhirNode> Descendants(FhirNode node) => node.Children.SelectMany(c => Descendants(c).Prepend(c));

    [Fact]
    public void Children_come_in_order_lists_flattened()
    {
        using var doc = Doc(Json);
        doc.Root.Children.Select(c => c.Name).ShouldBe(
            ["id", "meta", "contained", "status", "code", "subject", "issued", "valueQuantity", "component", "component", "performer", "performer"]);
        using var given = Doc("""
            {"resourceType":"Patient","name":[{"given":["A",null,"C"],"_given":[null,{"extension":[{"url":"u","valueCode":"c"}]},{"id":"i","extension":[{"url":"v","valueCode":"c"}]}]}]}
            """);
        var names = given.Root["name"].All("given").ToList();
        names.Select(n => n.Text).ShouldBe(["A", null, "C"]);
        names.Select(n => n["extension"]["url"].Text).ShouldBe([null, "u", "v"]);
        names[2].Path.ShouldBe("Patient.name[0].given[2]");
    }

    [Fact]
    public void References_and_urns_are_found_wherever_they_are()
    {
        using var doc = Doc(Json);
        doc.References().Select(r => r.Text).ShouldBe(["Organization/1", "urn:uuid:00000000-0000-0000-0000-000000000001", "Practitioner/2"]);
        doc.References().Last().Path.ShouldBe("Observation.performer[1].reference");
        doc.Urns().Select(u => u.Text).ShouldBe(["urn:oid:1.2"]);
    }

    [Fact]
    public void Raw_is_the_value_in_the_bytes()
    {
        using var doc = Doc(Json);
        var unit = doc.Root["value"]["unit"];
        Encoding.UTF8.GetString(unit.Raw).ShouldBe("\"g\"");
        Encoding.UTF8.GetString(doc.Bytes.Span.Slice(unit.Start, unit.Length)).ShouldBe("\"g\"");
        using var inner = FhirDocument.Parse(doc.Bytes.Slice(doc.Root["contained"].Start, doc.Root["contained"].Length));
        inner.ResourceType.ShouldBe("Patient");
    }

    [Fact]
    public void A_document_that_was_given_back_is_dead()
    {
        var doc = Doc(Json);
        var root = doc.Root;
        doc.Dispose();
        doc.Dispose();
        Should.Throw<ObjectDisposedException>(() => root["id"].Text);
    }

    static FhirDocument Doc(string json) => FhirDocument.Parse(Encoding.UTF8.GetBytes(json));
}
