using System.Text.Json;

namespace Socle.Tools.Definitions;

/// <summary>Invariants by element path, each once where it is declared; the one that every element inherits (ele-1) only on Element.</summary>
static class ConstraintSegment
{
    public static byte[] Write(Package package)
    {
        var segment = new Segment();
        var all = package.Types
            .SelectMany(t => TypeSegment.Elements(package, t))
            .SelectMany(e => e.List("constraint").Select(c => (Path: e.Text("path")!, Constraint: c)))
            .Where(c => c.Constraint.Text("expression") is not null)
            .Where(c => c.Constraint.Text("key") is not ("ele-1" or "ext-1") || c.Path is "Element" or "Extension")
            .ToList();
        segment.Int(all.Count);
        foreach (var (path, constraint) in all)
        {
            segment.Text(path);
            segment.Text(constraint.Text("key"));
            segment.Int(constraint.Text("severity") == "error" ? 0 : 1);
            segment.Text(constraint.Text("expression"));
            segment.Text(constraint.Text("human"));
        }
        Console.WriteLine($"{all.Count} constraints");
        return segment.Compressed();
    }
}
