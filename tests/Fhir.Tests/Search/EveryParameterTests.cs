using System.Text;
using System.Text.Json.Nodes;

namespace Socle.Fhir.Tests.Search;

/// <summary>No search parameter of R4 finds nothing in silence: for each path of each one a resource is made that has a value there.</summary>
public sealed class EveryParameterTests
{
    // Paths that end at an element whose type is no value of the parameter's kind by R4 itself.
    static readonly HashSet<string> WithoutValues =
    [
        "CarePlan activity-date activity.detail.scheduledString", "Consent source-reference sourceAttachment", "Immunization date occurrenceString",
        "Procedure date performedAge", "Procedure date performedRange", "Procedure date performedString",
    ];

    [Fact]
    public void Every_path_of_every_parameter_yields_a_value()
    {
        var (covered, silent) = (new HashSet<int>(), new List<string>());
        foreach (var type in Definitions.ResourceTypes)
        {
            var plan = IndexPlan.Of(type);
            foreach (var (path, leaf) in Leaves(plan.Root, []))
            {
                foreach (var (param, filter) in leaf.Params)
                {
                    covered.Add(param.Number);
                    var json = Resource(type, path, filter, param).ToJsonString();
                    var where = $"{type} {param.Code} {string.Join('.', path.Select(p => p.Name))}";
                    if (Yields(json, param, where) == WithoutValues.Contains(where)) silent.Add($"{where}: {json}");
                }
            }
            foreach (var (param, _, _) in plan.General)
            {
                covered.Add(param.Number);
                if (!Yields(General(type, param), param, param.Code)) silent.Add($"{type} {param.Code}: {param.Expression}");
            }
            foreach (var param in Definitions.SearchParams(type).Where(p => p.Kind is SearchKind.Composite or SearchKind.Special))
                covered.Add(param.Number);
        }
        silent.ShouldBeEmpty();
        var all = Definitions.ResourceTypes.SelectMany(Definitions.SearchParams).DistinctBy(p => p.Number).ToList();
        all.Where(p => !covered.Contains(p.Number)).Select(p => $"{p.Type} {p.Code} {p.Kind} {p.Expression}").ShouldBeEmpty();
        all.Count.ShouldBeGreaterThan(1_350);
    }

    [Fact]
    public void Every_component_of_every_composite_has_a_parameter_that_types_it_and_a_path_that_its_root_has()
    {
        var count = 0;
        foreach (var type in Definitions.ResourceTypes)
        {
            foreach (var param in Definitions.SearchParams(type).Where(p => p.Kind == SearchKind.Composite))
            {
                count++;
                var parts = new SearchValueReader(type, param, null, param.Code, SearchEnvironment.Default).Parts;
                parts.Count.ShouldBe(param.Components.Count);
                parts.ShouldAllBe(part => part.Kind != SearchKind.Composite && part.Kind != SearchKind.Special, $"{type} {param.Code}");
            }
        }
        count.ShouldBeGreaterThan(30);
    }

    static bool Yields(string json, SearchParam param, string where)
    {
        FhirDocument.TryParse(Encoding.UTF8.GetBytes(json), out var doc, out var issues).ShouldBeTrue($"{where} {json} {string.Join(" ", issues.Select(i => i.Diagnostics))}");
        using var _ = doc;
        var values = new List<IndexValue>();
        Indexer.Extract(doc!, values);
        return values.Exists(value => value.Param == param);
    }

    static IEnumerable<(List<Property> Path, PlanLeaf Leaf)> Leaves(PlanNode node, List<Property> path)
    {
        foreach (var leaf in node.Leaves) yield return (path, leaf);
        foreach (var property in node.Type.Properties)
        {
            if (node.Children[property.Number - node.First] is not { } child) continue;
            foreach (var found in Leaves(child, [.. path, property])) yield return found;
        }
    }

    static JsonObject Resource(string type, List<Property> path, LeafFilter? filter, SearchParam param)
    {
        var made = Complex(TypeTable.Instance.Find(type)!, path, 0, filter, param);
        made["resourceType"] = type;
        return made;
    }

    static JsonObject Complex(TypeDefinition type, List<Property> path, int at, LeafFilter? filter, SearchParam param)
    {
        var made = new JsonObject();
        foreach (var element in type.Elements)
        {
            var onPath = at < path.Count && path[at].Element == element;
            if (!onPath && element.Min == 0) continue;
            var property = onPath ? path[at] : type.Properties.First(p => p.Element == element);
            JsonNode value = !onPath ? Sample(property, null, null)
                : at + 1 == path.Count ? Sample(property, filter, param)
                : Complex(property.Type, path, at + 1, filter, param);
            made[property.Name] = element.IsList ? new JsonArray(value) : value;
        }
        if (made.Count == 0) made["extension"] = new JsonArray(Json("""{"url":"urn:x","valueBoolean":true}"""));
        return made;
    }

    static JsonNode Sample(Property property, LeafFilter? filter, SearchParam? param)
    {
        var type = property.Type;
        if (type.Kind == TypeKind.Primitive) return Primitive(property, param);
        var made = type.Kind == TypeKind.AbstractResource
            ? new JsonObject { ["resourceType"] = "Basic", ["code"] = new JsonObject { ["text"] = "x" } }
            : Complex(type, [], 0, null, param!);
        if (Content(type.FhirType, filter, param).Count > 0) made.Remove("extension");
        foreach (var (name, value) in Content(type.FhirType, filter, param)) made[name] = value?.DeepClone();
        if (filter?.Child is { } child) made[child] = filter.Equal;
        return made;
    }

    static JsonObject Content(string type, LeafFilter? filter, SearchParam? param) => type switch
    {
        "CodeableConcept" => Json("""{"coding":[{"system":"urn:s","code":"c"}]}"""),
        "Coding" => Json("""{"system":"urn:s","code":"c"}"""),
        "Identifier" => Json("""{"system":"urn:s","value":"c"}"""),
        "ContactPoint" => Json("""{"system":"phone","value":"1"}"""),
        "HumanName" => Json("""{"family":"x"}"""),
        "Address" => Json("""{"city":"x","use":"home"}"""),
        "Period" => Json("""{"start":"2020"}"""),
        "Timing" => Json("""{"event":["2020"]}"""),
        "Money" => Json("""{"value":1,"currency":"EUR"}"""),
        "Range" => Json("""{"low":{"value":1,"unit":"mg"}}"""),
        "SampledData" => Json("""{"origin":{"value":1},"period":1,"dimensions":1,"lowerLimit":1,"upperLimit":2}"""),
        "Reference" => new JsonObject { ["reference"] = (filter?.TargetType ?? param?.Targets.FirstOrDefault(Definitions.IsResourceType) ?? "Basic") + "/x" },
        _ when Definitions.BaseType(type) == "Quantity" || type == "Quantity" => Json("""{"value":1,"unit":"mg"}"""),
        _ => [],
    };

    static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    static JsonNode Primitive(Property property, SearchParam? param)
    {
        if (property.Element.Codes is not null) return ValueSets.Find(property.Element.ValueSet)!.Values.First(codes => codes.Length > 0)[0];
        return property.Type.Primitive switch
        {
            Socle.Fhir.Primitive.Boolean => true,
            Socle.Fhir.Primitive.Integer or Socle.Fhir.Primitive.UnsignedInt or Socle.Fhir.Primitive.PositiveInt or Socle.Fhir.Primitive.Decimal => 1,
            Socle.Fhir.Primitive.Date or Socle.Fhir.Primitive.DateTime => "2020-01-01",
            Socle.Fhir.Primitive.Instant => "2020-01-01T00:00:00Z",
            Socle.Fhir.Primitive.Time => "10:00:00",
            Socle.Fhir.Primitive.Oid => "urn:oid:1.2.3",
            Socle.Fhir.Primitive.Uuid => "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0",
            Socle.Fhir.Primitive.Base64Binary => "AAAA",
            Socle.Fhir.Primitive.Xhtml => "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>",
            Socle.Fhir.Primitive.Uri or Socle.Fhir.Primitive.Url or Socle.Fhir.Primitive.Canonical => "http://x/" + (param?.Targets is [var target, ..] ? target : "y") + "/z",
            _ => "x",
        };
    }

    static string General(string type, SearchParam param)
    {
        if (type == "Bundle")
            return param.Code == "composition"
                ? """{"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Composition","id":"c","status":"final","type":{"text":"x"},"date":"2020","author":[{"display":"x"}],"title":"x"}}]}"""
                : """{"resourceType":"Bundle","type":"message","entry":[{"resource":{"resourceType":"MessageHeader","id":"m","eventUri":"urn:x","source":{"endpoint":"urn:x"}}}]}""";
        if (type == "Patient") return """{"resourceType":"Patient","deceasedBoolean":true}""";
        var made = Complex(TypeTable.Instance.Find(type)!, [], 0, null, param);
        made["resourceType"] = type;
        made["relatedArtifact"] = new JsonArray(new JsonObject { ["type"] = param.Code, ["resource"] = "http://x/y" });
        return made.ToJsonString();
    }
}
