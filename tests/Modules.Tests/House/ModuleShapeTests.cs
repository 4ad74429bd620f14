namespace Socle.Modules.Tests.House;

/// <summary>The shape of the house, checked on the sources, and each rule checked on a module that breaks it.</summary>
public sealed class ModuleShapeTests
{
    static readonly string Src = Path.Combine(Repository.Root, "src");

    static readonly IReadOnlyList<ProjectSource> Projects =
        [.. Directory.GetDirectories(Src).Order(StringComparer.Ordinal).Select(ProjectSource.Read)];

    /// <summary>A module is a project with a class named after it that ends in Module.</summary>
    static readonly IReadOnlyList<ProjectSource> Modules = [.. Projects.Where(p => p.Has($"{p.Name}Module.cs"))];

    [Fact]
    public void The_modules_of_the_picture_are_there() =>
        Modules.Select(m => m.Name).ShouldBe(["Access", "Api", "Bouquet", "Bulk", "Directories", "Identities", "Profiles", "Rights", "SharedRecord", "SignIn", "Space", "Store", "Subscriptions", "Terminology"], ignoreOrder: true);

    [Fact]
    public void Every_project_keeps_the_house_rules() =>
        Projects.SelectMany(HouseRules.Everywhere).ShouldBeEmpty();

    [Fact]
    public void Every_module_has_the_shape() =>
        // Store, Access and Api are the layers below: their whole public surface is what modules stand on.
        Modules.Where(m => m.Name is not ("Store" or "Access" or "Api"))
            .SelectMany(m => HouseRules.OfModule(m, [.. Modules.Select(o => o.Name)])).ShouldBeEmpty();

    static ProjectSource Module(params (string Path, string Text)[] files) => new("Wards",
    [
        new SourceFile("README.md", new string('\n', 12)),
        new SourceFile("WardsModule.cs", "public sealed class WardsModule : Module { }"),
        .. files.Select(f => new SourceFile(f.Path, f.Text)),
    ]);

    static IEnumerable<string> Violations(ProjectSource module) =>
        HouseRules.Everywhere(module).Concat(HouseRules.OfModule(module, ["Wards", "Beds"]));

    [Fact]
    public void A_module_that_keeps_the_rules_has_no_violation() =>
        Violations(Module(
            ("WardsContract.cs", "/// <seealso cref=\"Beds\"/>\npublic sealed record Ward(string Name);"),
            ("Beds.cs", "public sealed class Beds { }"),
            ("OpenWard.cs", "static class OpenWard { }"),
            ("Sql/0001-ward.sql", "create table wards_ward (id bigint)"))).ShouldBeEmpty();

    public static TheoryData<string, string, string> Violators => new()
    {
        { "Controllers/WardController.cs", "sealed class WardController { }", "folder Controllers" },
        { "OpenWard.cs", "public static class OpenWard { }", "WardsContract.cs does not name" },
        { "Sql/0001-ward.sql", "create table ward (id bigint)", "start with wards_" },
        { "WardsStore.cs", "db.Query($\"select name from beds_bed where id = {id}\")", "table of Beds" },
        { "WardsStore.cs", "db.Query($\"select body from store_resource\")", "table of Store" },
        { "OpenWard.cs", "using Socle.Beds.Pages;", "pages of Beds" },
        { "OpenWard.cs", "var now = DateTimeOffset.UtcNow;", "use TimeProvider" },
        { "OpenWard.cs", "var id = Guid.NewGuid();", "use Chance" },
        { "OpenWard.cs", "Thread.Sleep(10);", "Task.Delay" },
        { "OpenWard.cs", "var x = XDocument.Parse(text);", "use SafeXml" },
        { "OpenWard.cs", "throw new NotImplementedException();", "NotImplementedException" },
        { "OpenWard.cs", "interface IWards { } sealed class Wards : IWards { }", "needs no interface" },
        { "Long.cs", "\n\n\n\n\n\n\n\n\n\n", "lines" },
    };

    [Theory, MemberData(nameof(Violators))]
    public void A_module_that_breaks_a_rule_is_named(string path, string text, string sentence)
    {
        if (path == "Long.cs") text = string.Concat(Enumerable.Repeat(text, 70));
        Violations(Module((path, text))).ShouldContain(v => v.Contains(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void A_module_without_its_table_of_contents_or_readme_is_named()
    {
        var bare = new ProjectSource("Wards", [new SourceFile("OpenWard.cs", "static class OpenWard { }")]);
        Violations(bare).ShouldContain(v => v.Contains("no WardsModule.cs", StringComparison.Ordinal));
        Violations(bare).ShouldContain(v => v.Contains("no README.md", StringComparison.Ordinal));
    }
}
