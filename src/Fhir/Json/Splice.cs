using System.Buffers;
using System.Globalization;
using System.Text;

namespace Socle.Fhir;

/// <summary>Edits of a document, applied once to its bytes: what is not edited is copied as it was written. A container that loses all it
/// had goes with it, as FHIR has no empty lists and objects.</summary>
public sealed class Splice(FhirDocument doc)
{
    readonly Dictionary<int, byte[]> replaced = [];
    readonly HashSet<int> removed = [];
    readonly Dictionary<int, List<(string Name, byte[] Json)>> added = [];
    readonly HashSet<int> touched = [];
    bool identityFirst;

    public void Replace(FhirNode value, ReadOnlySpan<byte> json) => Replace(Mine(value), json);

    /// <summary>Replaces the property, whole list included, or adds it at the end; another type of the same choice goes away.</summary>
    public void SetProperty(FhirNode complexParent, string name, ReadOnlySpan<byte> json)
    {
        var parent = Mine(complexParent);
        if (doc.Tape[parent].Kind != JsonKind.Object || complexParent.IsPrimitive)
            throw new ArgumentException($"{complexParent.Path} has no properties.", nameof(complexParent));
        var property = complexParent.Definition!.Find(Encoding.UTF8.GetBytes(name))
            ?? throw new ArgumentException($"{complexParent.Type} has no property {name}.", nameof(name));
        var there = -1;
        foreach (var member in Members(parent))
        {
            if (PropertyAt(member)?.Element != property.Element) continue;
            var same = PropertyAt(member) == property;
            if (same && (doc.Tape[member].Flags & TapeFlags.Sibling) == 0) there = member;
            else if (!same) RemoveEntry(member);
        }
        if (there >= 0) Replace(there, json);
        else Add(parent, name, json);
    }

    /// <summary>The property or the item of a list; of a primitive also its `_name`.</summary>
    public void Remove(FhirNode node)
    {
        var entry = Mine(node);
        if (entry == 0) throw new ArgumentException("The resource itself cannot be removed.", nameof(node));
        RemoveEntry(entry);
        if (doc.Tape[entry].Kind > JsonKind.Array && doc.Tape[entry].Link != 0) RemoveEntry(doc.Tape[entry].Link);
        else if (node.IsPrimitive && OtherSide(entry) is >= 0 and var other) RemoveEntry(other);
    }

    /// <summary>resourceType, id and meta come first then. The rest of meta (profile, tag, security, source) is kept.</summary>
    public void SetIdAndMeta(string id, long version, DateTimeOffset lastUpdated)
    {
        identityFirst = true;
        touched.Add(0);
        SetProperty(doc.Root, "id", FhirJson.String(id));
        var versionId = FhirJson.String(version.ToString(CultureInfo.InvariantCulture));
        var updated = FhirJson.String(FhirJson.Instant(lastUpdated));
        if (doc.Root["meta"] is { Exists: true } meta && !removed.Contains(meta.Index) && !replaced.ContainsKey(meta.Index))
        {
            SetProperty(meta, "versionId", versionId);
            SetProperty(meta, "lastUpdated", updated);
            return;
        }
        byte[] json = [.. "{\"versionId\":"u8, .. versionId, .. ",\"lastUpdated\":"u8, .. updated, (byte)'}'];
        SetProperty(doc.Root, "meta", json);
    }

    public byte[] Apply()
    {
        var output = new ArrayBufferWriter<byte>(doc.Bytes.Length + 256);
        Write(0, output);
        return output.WrittenSpan.ToArray();
    }

    int Mine(FhirNode node) => node.Exists && ReferenceEquals(node.Document, doc)
        ? node.Index
        : throw new ArgumentException("The node is not of this document.", nameof(node));

    Property? PropertyAt(int entry) => doc.Tape[entry].Property > 0 ? FhirDocument.Types.Properties[doc.Tape[entry].Property] : null;

    IEnumerable<int> Members(int container)
    {
        for (var at = container + 1; at < doc.Tape[container].Link; at = doc.Next(at)) yield return at;
    }

    // The aligned null of a list: of the value for an item that has only an extension, of `_name` for one that has only a value.
    int OtherSide(int entry)
    {
        Span<int> chain = stackalloc int[FhirDocument.MaxDepth + 1];
        var depth = Tree.Chain(doc, entry, chain);
        if (depth < 3 || doc.Tape[chain[depth - 2]].Kind != JsonKind.Array) return -1;
        var list = chain[depth - 2];
        var position = Tree.Position(doc, list, entry);
        foreach (var member in Members(chain[depth - 3]))
            if (member != list && doc.Tape[member].Property == doc.Tape[list].Property)
                return Members(member).Skip(position).Append(-1).First();
        return -1;
    }

    void Replace(int entry, ReadOnlySpan<byte> json)
    {
        removed.Remove(entry);
        replaced[entry] = json.ToArray();
        Touch(entry);
    }

    void RemoveEntry(int entry)
    {
        replaced.Remove(entry);
        removed.Add(entry);
        Touch(entry);
    }

    void Add(int parent, string name, ReadOnlySpan<byte> json)
    {
        if (!added.TryGetValue(parent, out var list)) added.Add(parent, list = []);
        list.RemoveAll(a => a.Name == name);
        list.Add((name, json.ToArray()));
        Touch(parent);
    }

    void Touch(int entry)
    {
        Span<int> chain = stackalloc int[FhirDocument.MaxDepth + 1];
        var depth = Tree.Chain(doc, entry, chain);
        for (var i = 0; i < depth; i++)
        {
            touched.Add(chain[i]);
            // Of two aligned lists (given, _given) both are written anew: an item may go from both.
            if (doc.Tape[chain[i]].Kind != JsonKind.Array) continue;
            if (FhirDocument.Types.All[doc.Tape[chain[i]].Type].Kind != TypeKind.Primitive) continue;
            foreach (var member in Members(chain[i - 1]))
                if (doc.Tape[member].Property == doc.Tape[chain[i]].Property) touched.Add(member);
        }
    }

    // An item aligned with one of the `_name` list (or the other way round) goes only with it; alone it becomes null.
    bool IsGone(int entry)
    {
        if (!IsEmpty(entry)) return false;
        var other = OtherSide(entry);
        return other < 0 ? doc.Tape[entry].Kind != JsonKind.Null || removed.Contains(entry) : IsEmpty(other);
    }

    bool IsEmpty(int entry)
    {
        if (removed.Contains(entry)) return true;
        if (entry == 0 || replaced.ContainsKey(entry) || added.ContainsKey(entry)) return false;
        if (doc.Tape[entry].Kind == JsonKind.Null) return true;
        return touched.Contains(entry) && doc.Tape[entry].Kind <= JsonKind.Array && Members(entry).All(IsGone);
    }

    void Write(int entry, ArrayBufferWriter<byte> output)
    {
        ref var e = ref doc.Tape[entry];
        if (replaced.TryGetValue(entry, out var json)) output.Write(json);
        else if (touched.Contains(entry) && IsEmpty(entry)) output.Write("null"u8);
        else if (!touched.Contains(entry) || e.Kind > JsonKind.Array) output.Write(doc.Bytes.Span.Slice(e.Start, e.Length));
        else WriteContainer(entry, output);
    }

    void WriteContainer(int entry, ArrayBufferWriter<byte> output)
    {
        var bytes = doc.Bytes.Span;
        ref var e = ref doc.Tape[entry];
        output.Write(bytes.Slice(e.Start, 1));
        var members = Members(entry).Where(m => !IsGone(m)).ToList();
        List<(string Name, byte[] Json)> additions = [.. added.GetValueOrDefault(entry, [])];
        var first = true;
        var blanks = members.Count > 0 ? Blanks(members[0]) : default;
        if (entry == 0 && identityFirst) WriteIdentity(members, additions, output, ref first);
        foreach (var member in members)
        {
            if (!first) output.Write(","u8);
            first = false;
            output.Write(Blanks(member));
            WriteMember(member, output);
        }
        foreach (var addition in additions) WriteAddition(addition, blanks, output, ref first);
        var end = e.Start + e.Length - 1;
        var tail = end;
        while (IsBlank(bytes[tail - 1])) tail--;
        output.Write(bytes[tail..(end + 1)]);
    }

    // resourceType, id, meta: taken out of the lists as they are written.
    void WriteIdentity(List<int> members, List<(string Name, byte[] Json)> additions, ArrayBufferWriter<byte> output, ref bool first)
    {
        var blanks = members.Count > 0 ? Blanks(members[0]) : default;
        foreach (var name in (string[])["resourceType", "id", "meta"])
        {
            var at = members.FindIndex(m => (PropertyAt(m)?.Name ?? "resourceType") == name && (doc.Tape[m].Flags & TapeFlags.Sibling) == 0);
            if (at >= 0)
            {
                if (!first) output.Write(","u8);
                first = false;
                output.Write(Blanks(members[at]));
                WriteMember(members[at], output);
                members.RemoveAt(at);
            }
            else if (additions.FindIndex(a => a.Name == name) is >= 0 and var addition)
            {
                WriteAddition(additions[addition], blanks, output, ref first);
                additions.RemoveAt(addition);
            }
        }
    }

    void WriteMember(int member, ArrayBufferWriter<byte> output)
    {
        ref var e = ref doc.Tape[member];
        if (e.NameStart >= 0) output.Write(doc.Bytes.Span[e.NameStart..e.Start]);
        Write(member, output);
    }

    static void WriteAddition((string Name, byte[] Json) addition, ReadOnlySpan<byte> blanks, ArrayBufferWriter<byte> output, ref bool first)
    {
        if (!first) output.Write(","u8);
        first = false;
        output.Write(blanks);
        output.Write(FhirJson.String(addition.Name));
        output.Write(":"u8);
        output.Write(addition.Json);
    }

    // The layout before a member, so that an indented file stays indented.
    ReadOnlySpan<byte> Blanks(int member)
    {
        var bytes = doc.Bytes.Span;
        ref var e = ref doc.Tape[member];
        var end = e.NameStart >= 0 ? e.NameStart : e.Start;
        var start = end;
        while (start > 0 && IsBlank(bytes[start - 1])) start--;
        return bytes[start..end];
    }

    static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
