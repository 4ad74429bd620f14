namespace Socle.Fhir.Tests.Core;

public sealed class DefinitionsTests
{
    [Fact]
    public void The_146_concrete_types_of_R4_are_there()
    {
        Definitions.ResourceTypes.Count.ShouldBe(146);
        Definitions.ResourceTypes.ShouldBe(Definitions.ResourceTypes.Order(StringComparer.Ordinal));
        foreach (var name in (string[])["Account", "Patient", "DocumentReference", "VisionPrescription", "EvidenceVariable", "MedicinalProduct"])
            Definitions.TypeName(Definitions.TypeNumber(name)).ShouldBe(name);
        foreach (var name in (string[])["Resource", "DomainResource", "SubscriptionStatus", "HumanName", "patient", ""])
            Definitions.IsResourceType(name).ShouldBeFalse(name);
        Should.Throw<ArgumentException>(() => Definitions.TypeNumber("Dossier"));
    }

    [Fact]
    public void Every_minimal_resource_names_its_required_elements_only()
    {
        foreach (var type in Definitions.ResourceTypes)
        {
            if (FhirDocument.TryParse(System.Text.Encoding.UTF8.GetBytes($$"""{"resourceType":"{{type}}","id":"a"}"""), out var doc, out var issues)) doc.Dispose();
            issues.ShouldAllBe(i => i.Code == "required", type);
        }
    }

    [Fact]
    public void Search_parameters_belong_to_their_type()
    {
        Definitions.SearchParam("Condition", "patient")!.Expression.ShouldBe("Condition.subject.where(resolve() is Patient)");
        Definitions.SearchParam("Observation", "code")!.Expression.ShouldBe("Observation.code");
        Definitions.SearchParam("Observation", "nothing").ShouldBeNull();
        Definitions.SearchParam("Observation", "subject")!.Targets.ShouldContain("Patient");
        Definitions.SearchParam("Observation", "code-value-quantity")!.Components.Select(c => c.Code).ShouldBe(["code", "value-quantity"]);
        foreach (var type in Definitions.ResourceTypes)
        {
            var codes = Definitions.SearchParams(type).Select(p => p.Code).ToList();
            codes.ShouldBeUnique();
            foreach (var common in (string[])["_id", "_lastUpdated", "_tag", "_profile", "_security", "_source"]) codes.ShouldContain(common, type);
        }
        var all = Definitions.ResourceTypes.SelectMany(Definitions.SearchParams).Distinct().ToList();
        all.Select(p => p.Number).ShouldBeUnique();
        all.ShouldAllBe(p => p.Expression.Length > 0);
        foreach (var param in all) Definitions.SearchParam(param.Number).ShouldBe(param);
        // The database keeps these numbers: a change of the definitions must not move them.
        (Definitions.SearchParam("Patient", "_id")!.Number, all.Count).ShouldBe((1, 1705));
    }

    [Fact]
    public void Compartments_name_search_parameters()
    {
        Definitions.Compartment("Patient", "Observation").ShouldBe(["subject", "performer"]);
        Definitions.Compartment("Patient", "Organization").ShouldBeEmpty();
        Definitions.Compartment("Nothing", "Observation").ShouldBeEmpty();
        foreach (var compartment in (string[])["Patient", "Practitioner", "RelatedPerson", "Device", "Encounter"])
        {
            Definitions.ResourceTypes.ShouldContain(t => Definitions.Compartment(compartment, t).Count > 0);
            foreach (var type in Definitions.ResourceTypes)
                foreach (var code in Definitions.Compartment(compartment, type).Where(c => c != "{def}"))
                    Definitions.SearchParam(type, code).ShouldNotBeNull($"{compartment} {type} {code}");
        }
    }

    [Fact]
    public void What_later_versions_added_is_not_there()
    {
        foreach (var (type, element) in ((string, string)[])[("Meta", "project"), ("Reference", "resource"), ("ResearchStudy", "label"), ("Binary", "url"),
            ("DeviceDefinition", "bodySite"), ("EvidenceVariable.characteristic", "linkId")])
            TypeTable.Instance.Find(type)!.Elements.ShouldNotContain(e => e.Name == element, $"{type}.{element}");
        TypeTable.Instance.Find("Patient.contact")!.FhirType.ShouldBe("BackboneElement");
        Definitions.BaseType("Age").ShouldBe("Quantity");
        Definitions.BaseType("code").ShouldBe("string");
        Definitions.BaseType("Bundle").ShouldBe("Resource");
    }

    [Fact]
    public void Required_codes_and_constraints_are_there_for_validation()
    {
        ValueSets.Find("http://hl7.org/fhir/ValueSet/administrative-gender")!.ShouldHaveSingleItem().Value.ShouldBe(["female", "male", "other", "unknown"]);
        ValueSets.Find("http://hl7.org/fhir/ValueSet/mimetypes").ShouldBeNull();
        Constraints.Of("Patient.contact").ShouldHaveSingleItem().Key.ShouldBe("pat-1");
        Constraints.Of("Element").ShouldContain(c => c.Key == "ele-1" && c.IsError);
    }
}
