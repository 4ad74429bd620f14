using Socle.Tools.Definitions;

if (args is not [var folder, var output])
{
    Console.Error.WriteLine("usage: definitions <folder of the unpacked definitions> <output file>");
    return 1;
}

var package = new Package(folder);
var concrete = package.Types.Where(t => t.Text("kind") == "resource" && !t.Flag("abstract")).Select(t => t.Text("name")!).ToHashSet();
TypeSegment.ResourceNames.UnionWith(package.Types.Where(t => t.Text("kind") == "resource").Select(t => t.Text("name")!));
Console.WriteLine($"{concrete.Count} resource types");

byte[][] segments =
[
    TypeSegment.Write(package),
    SearchSegment.Write(package, concrete),
    CompartmentSegment.Write(package, concrete),
    TerminologySegment.Write(package, "required"),
    ConstraintSegment.Write(package),
    TerminologySegment.Write(package, "extensible"),
    ProfileSegment.Write(package.Profiles, "profiles"),
    ProfileSegment.Write(package.Extensions, "extensions")
];
using var file = File.Create(output);
file.Write("SFD1"u8);
file.WriteByte((byte)segments.Length);
foreach (var segment in segments) file.Write(BitConverter.GetBytes(segment.Length));
foreach (var segment in segments) file.Write(segment);
Console.WriteLine($"{file.Length} bytes: {string.Join(" + ", segments.Select(s => s.Length))}");
return 0;
