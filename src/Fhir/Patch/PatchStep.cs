using System.Text;

namespace Socle.Fhir;

/// <summary>One operation on one document.</summary>
static class PatchStep
{
    public static byte[] Apply(FhirDocument doc, FhirPathPatch.Operation operation)
    {
        var splice = new Splice(doc);
        switch (operation.Type)
        {
            case "add": Add(doc, splice, operation); break;
            case "insert": Insert(doc, splice, operation); break;
            case "delete": Delete(doc, splice, operation); break;
            case "replace": Replace(doc, splice, operation); break;
            default: Move(doc, splice, operation); break;
        }
        return splice.Apply();
    }

    static void Add(FhirDocument doc, Splice splice, FhirPathPatch.Operation operation)
    {
        var parent = One(doc, operation.Path, operation.Where);
        var property = PatchValue.PropertyFor(parent, operation.Name, operation.Value, operation.Where);
        var json = PatchValue.Json(operation.Value, property, operation.Where);
        if (property.Element.IsList) SetList(splice, parent, property, [.. Items(parent, property, operation.Where), json]);
        else if (parent[operation.Name].Exists)
            throw FhirPathPatch.Fault(operation.Where, $"{operation.Path}.{operation.Name} is there already.");
        else splice.SetProperty(parent, property.Name, json);
    }

    static void Insert(FhirDocument doc, Splice splice, FhirPathPatch.Operation operation)
    {
        var (parent, name) = ListAt(doc, operation);
        var property = PatchValue.PropertyFor(parent, name, operation.Value, operation.Where);
        var items = Items(parent, property, operation.Where);
        if (!property.Element.IsList || operation.Index > items.Count)
            throw FhirPathPatch.Fault(operation.Where, "an index outside of the list.");
        items.Insert(operation.Index!.Value, PatchValue.Json(operation.Value, property, operation.Where));
        SetList(splice, parent, property, items);
    }

    static void Move(FhirDocument doc, Splice splice, FhirPathPatch.Operation operation)
    {
        var (parent, name) = ListAt(doc, operation);
        if (parent[name].Property is not { Element.IsList: true } property)
            throw FhirPathPatch.Fault(operation.Where, $"{operation.Path} is no list.");
        var items = Items(parent, property, operation.Where);
        if (operation.Source >= items.Count || operation.Destination >= items.Count)
            throw FhirPathPatch.Fault(operation.Where, "an index outside of the list.");
        var moved = items[operation.Source!.Value];
        items.RemoveAt(operation.Source.Value);
        items.Insert(operation.Destination!.Value, moved);
        SetList(splice, parent, property, items);
    }

    static void Delete(FhirDocument doc, Splice splice, FhirPathPatch.Operation operation)
    {
        var found = Find(doc, operation.Path);
        if (found.Count > 1) throw FhirPathPatch.Fault(operation.Where, $"{operation.Path} names {found.Count} elements.");
        if (found.Count == 0) return;
        if (found[0] == doc.Root) throw FhirPathPatch.Fault(operation.Where, "the resource itself cannot be deleted by a patch.");
        splice.Remove(found[0]);
    }

    static void Replace(FhirDocument doc, Splice splice, FhirPathPatch.Operation operation)
    {
        var node = One(doc, operation.Path, operation.Where);
        if (node == doc.Root) throw FhirPathPatch.Fault(operation.Where, "the resource itself cannot be replaced by a patch.");
        var property = PatchValue.PropertyFor(node.Parent, node.ElementName, operation.Value, operation.Where);
        var json = PatchValue.Json(operation.Value, property, operation.Where);
        if (property.Name != node.Name) splice.SetProperty(node.Parent, property.Name, json);
        else splice.Replace(node, json);
    }

    static List<FhirNode> Find(FhirDocument doc, string path) =>
        [.. FhirPath.Compile(path).Evaluate(doc.Root).Where(v => v.Kind == FhirValueKind.Node && v.Resolved is null).Select(v => v.Node)];

    static FhirNode One(FhirDocument doc, string path, string where)
    {
        var found = Find(doc, path);
        return found.Count == 1 ? found[0] : throw FhirPathPatch.Fault(where, $"{path} names {found.Count} elements, one is expected.");
    }

    // A list may still be empty: its parent and its name tell where it stands.
    static (FhirNode Parent, string Name) ListAt(FhirDocument doc, FhirPathPatch.Operation operation)
    {
        if (FhirPath.Compile(operation.Path).Root is not MemberExpr { Left: { } left, Name: var name })
            throw FhirPathPatch.Fault(operation.Where, $"{operation.Path} names no list.");
        var run = new PathRun(doc.Root, new FhirPathEnvironment());
        var parents = left.Items(run, new PathScope(FhirValue.Of(doc.Root), 0, null));
        if (parents.Count != 1 || parents[0].Kind != FhirValueKind.Node)
            throw FhirPathPatch.Fault(operation.Where, $"{operation.Path} names no list of one element.");
        return (parents[0].Node, name);
    }

    static List<byte[]> Items(FhirNode parent, Property property, string where)
    {
        var items = new List<byte[]>();
        foreach (var item in parent.All(property.Name))
        {
            if (item.IsPrimitive && (item.Text is null || item.Children.Count > 0))
                throw FhirPathPatch.Fault(where, $"{item.Path} has extensions: a list of primitives with extensions cannot be patched.");
            items.Add(item.Raw.ToArray());
        }
        return items;
    }

    static void SetList(Splice splice, FhirNode parent, Property property, List<byte[]> items)
    {
        var json = new MemoryStream();
        for (var i = 0; i < items.Count; i++)
        {
            json.WriteByte((byte)(i == 0 ? '[' : ','));
            json.Write(items[i]);
        }
        json.WriteByte((byte)']');
        splice.SetProperty(parent, property.Name, json.ToArray());
    }
}

/// <summary>The value of an operation as JSON: a data type as it was written, a backbone element from its parts.</summary>
static class PatchValue
{
    const int MaxDepth = 16;

    public static Property PropertyFor(FhirNode parent, string name, FhirNode part, string where)
    {
        if (parent.Definition is not { } definition || parent.IsPrimitive && name != "extension")
            throw FhirPathPatch.Fault(where, $"{parent.Path} has no element {name}.");
        return PropertyFor(definition, name, part, where);
    }

    static Property PropertyFor(TypeDefinition definition, string name, FhirNode part, string where)
    {
        var candidates = definition.Properties.Where(p => p.Element.Name == name || p.Name == name).ToList();
        if (candidates.Count == 0) throw FhirPathPatch.Fault(where, $"{definition.Name} has no element {name}.");
        if (candidates.Count == 1) return candidates[0];
        var type = part["value"].Type;
        return candidates.Find(p => p.Type.Name == type) ?? throw FhirPathPatch.Fault(where, $"{name} cannot be of type {type}.");
    }

    public static byte[] Json(FhirNode part, Property property, string where, int depth = 0)
    {
        if (depth > MaxDepth) throw FhirPathPatch.Fault(where, "a value that is too deep.");
        if (part["value"] is { Exists: true } value)
        {
            if (value.IsPrimitive && (value.Text is null || value.Children.Count > 0))
                throw FhirPathPatch.Fault(where, "a primitive value with extensions.");
            if (value.IsPrimitive != (property.Type.Kind == TypeKind.Primitive))
                throw FhirPathPatch.Fault(where, $"{property.Name} is a {property.Type.FhirType}, not a {value.Type}.");
            return value.Raw.ToArray();
        }
        if (part["resource"] is { Exists: true } resource) return resource.Raw.ToArray();
        return property.Type.Kind == TypeKind.Primitive ? throw FhirPathPatch.Fault(where, $"{property.Name} needs a value.")
            : FromParts(part, property.Type, where, depth);
    }

    static byte[] FromParts(FhirNode part, TypeDefinition type, string where, int depth)
    {
        var members = new List<(Property Property, List<byte[]> Items)>();
        foreach (var inner in part.All("part"))
        {
            var property = PropertyFor(type, inner["name"].Text ?? "", inner, where);
            var at = members.FindIndex(m => m.Property == property);
            if (at < 0)
            {
                members.Add((property, []));
                at = members.Count - 1;
            }
            else if (!property.Element.IsList) throw FhirPathPatch.Fault(where, $"{property.Name} stands twice.");
            members[at].Items.Add(Json(inner, property, where, depth + 1));
        }
        if (members.Count == 0) throw FhirPathPatch.Fault(where, "an empty value.");
        var text = new StringBuilder("{");
        foreach (var (property, items) in members)
        {
            if (text.Length > 1) text.Append(',');
            var value = string.Join(',', items.Select(i => Encoding.UTF8.GetString(i)));
            text.Append('"').Append(property.Name).Append("\":").Append(property.Element.IsList ? $"[{value}]" : value);
        }
        return Encoding.UTF8.GetBytes(text.Append('}').ToString());
    }
}
