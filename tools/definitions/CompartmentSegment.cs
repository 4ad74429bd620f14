using System.Text.Json;

namespace Socle.Tools.Definitions;

/// <summary>For each of the five compartments: resource type and the codes of the parameters that put a resource in it.</summary>
static class CompartmentSegment
{
    public static byte[] Write(Package package, IReadOnlyCollection<string> resourceTypes)
    {
        var segment = new Segment();
        segment.Int(package.Compartments.Count);
        foreach (var compartment in package.Compartments.OrderBy(c => c.Text("code"), StringComparer.Ordinal))
        {
            var members = compartment.List("resource")
                .Select(r => (Type: r.Text("code")!, Codes: r.List("param").Select(p => p.GetString()!).ToList()))
                .Where(r => r.Codes.Count > 0 && resourceTypes.Contains(r.Type))
                .OrderBy(r => r.Type, StringComparer.Ordinal).ToList();
            segment.Text(compartment.Text("code"));
            segment.Int(members.Count);
            foreach (var (type, codes) in members)
            {
                segment.Text(type);
                segment.Texts(codes);
            }
            Console.WriteLine($"compartment {compartment.Text("code")}: {members.Count} types");
        }
        return segment.Compressed();
    }
}
