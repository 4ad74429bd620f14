using System.IO.Compression;
using System.Text;
using Socle.Fhir;
using Socle.Platform;
using Socle.Profiles;
using Socle.SharedRecord;
using Socle.Store;
using Socle.Support;
using Socle.Terminology;

namespace Socle.Modules.Tests.Profiles;

public class PackageTests
{
    static Task<RecordWorld> Open(DatabaseKind kind, params (string, string)[] settings) =>
        RecordWorld.Open(kind, [.. settings.Select(s => new KeyValuePair<string, string?>(s.Item1, s.Item2))], new TerminologyModule(), new ProfilesModule());

    static async Task<ImportOutcome> Import(RecordWorld world, byte[] package)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "essai.tgz");
        await File.WriteAllBytesAsync(path, package);
        return (await world.Importer.Import([path], new(), null, default)).Outcomes.ShouldHaveSingleItem();
    }

    [Theory, OnEachDatabase]
    public async Task A_package_is_loaded_and_says_what_it_lacks_and_a_second_time_changes_nothing(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var profiles = world.Get<LoadedProfiles>();
        (await profiles.Validator(default)).Profiles.Count.ShouldBe(0);
        var outcome = await Import(world, SamplePackage.Whole);
        (outcome.State, outcome.Kind, outcome.Resources, outcome.Faults.Count).ShouldBe((ImportState.Filed, "paquet FHIR", 5, 0), outcome.Detail);
        outcome.Detail.ShouldContain("exemple.essai#1.0.0");
        outcome.Detail.ShouldContain("3 StructureDefinition");
        outcome.Detail.ShouldContain("https://absent.test/parent");
        var validator = await profiles.Validator(default);
        validator.Profiles.Count.ShouldBe(3);
        validator.Validate("""{"resourceType":"Patient","active":true}"""u8.ToArray(), new([SamplePackage.Root + "child"]))
            .Where(i => i.Severity == "error").Select(i => i.Expression).ShouldBe(["Patient.birthDate", "Patient.gender"], ignoreOrder: true);
        // The same definitions packed otherwise: nothing is new.
        var again = await Import(world, SamplePackage.Tgz(("package/a.json", SamplePackage.Born), ("package/package.json", "{}")));
        (again.State, again.Resources).ShouldBe((ImportState.Unchanged, 0));
    }

    [Theory, OnEachDatabase]
    public async Task A_definition_that_is_written_or_replaced_counts_at_once(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var profiles = world.Get<LoadedProfiles>();
        await Import(world, SamplePackage.Whole);
        (await profiles.Validator(default)).Validate("""{"resourceType":"Patient","gender":"male"}"""u8.ToArray(), new([SamplePackage.Root + "born"]))
            .ShouldContain(i => i.Expression == "Patient.birthDate");
        using var body = FhirDocument.Parse(Encoding.UTF8.GetBytes(SamplePackage.Profile("born", "Patient", """{"id":"Patient.active","path":"Patient.active","min":1}""", version: "1.1.0")));
        await world.Write(new WriteOp.Create(body));
        var found = (await profiles.Validator(default)).Validate("""{"resourceType":"Patient","gender":"male"}"""u8.ToArray(), new([SamplePackage.Root + "born"]));
        found.Where(i => i.Severity == "error").ShouldHaveSingleItem().Expression.ShouldBe("Patient.active");
        var replaced = await Import(world, SamplePackage.Tgz(("package/a.json", SamplePackage.Born.Replace("birthDate", "maritalStatus", StringComparison.Ordinal))));
        replaced.Resources.ShouldBe(1);
        (await profiles.Validator(default)).Validate("""{"resourceType":"Patient","gender":"male"}"""u8.ToArray(), new([SamplePackage.Root + "born|1.0.0"]))
            .Where(i => i.Severity == "error").ShouldHaveSingleItem().Expression.ShouldBe("Patient.maritalStatus");
    }

    [Theory, OnEachDatabase]
    public async Task One_wrong_definition_does_not_keep_the_others_out(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var outcome = await Import(world, SamplePackage.Tgz(("package/package.json", """{"name":"x","version":"1"}"""), ("package/a.json", SamplePackage.Born),
            ("package/b.json", """{"resourceType":"ValueSet","url":"urn:v","status":"nope"}"""), ("package/c.json", "{ not json"), ("package/d.json", "[]")));
        (outcome.State, outcome.Resources).ShouldBe((ImportState.Filed, 1));
        outcome.Faults.Count.ShouldBe(2);
        outcome.Faults.ShouldContain(f => f.StartsWith("b.json", StringComparison.Ordinal) && f.Contains("ValueSet.status", StringComparison.Ordinal));
    }

    [Theory, OnEachDatabase]
    public async Task Examples_come_only_when_the_settings_say_so(DatabaseKind kind)
    {
        await using var world = await Open(kind, ("Profiles:ImportExamples", "true"));
        (await Import(world, SamplePackage.Whole)).Resources.ShouldBe(7);
    }

    [SharedDataTheory("eprescription"), OnEachDatabase]
    public async Task A_folder_of_definitions_is_loaded_as_well(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var summary = await world.Importer.Import([SharedData.At("eprescription", "definitions")], new(), null, default);
        summary.IsWhole.ShouldBeTrue();
        var validator = await world.Get<LoadedProfiles>().Validator(default);
        validator.Profiles.Count.ShouldBe(20);
        validator.Validate("""{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationReference":{"reference":"Medication/1"},"subject":{"reference":"Patient/1"}}"""u8.ToArray(),
                new(["https://interop.esante.gouv.fr/ig/fhir/eprescription/StructureDefinition/fr-medicationrequest"]))
            .Where(i => i.Severity == "error").Select(i => i.Expression)
            .ShouldBe(["MedicationRequest.authoredOn", "MedicationRequest.requester", "MedicationRequest.dosageInstruction"], ignoreOrder: true);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "not a gzip inside", [0x1F, 0x8B, 1, 2, 3] },
        { "only a gzip's head", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] },
        { "cut", SamplePackage.Whole[..400] },
        { "an empty tar", SamplePackage.Tgz() },
        { "no package folder", SamplePackage.Tgz(("../../etc/x.json", "{}"), ("x.json", "{}")) },
        { "a gzip of zeros", Gzip(new byte[2048]) },
        { "a gzip of text", Gzip(Encoding.UTF8.GetBytes(new string('x', 5000))) }
    };

    [Theory, MemberData(nameof(Broken))]
    public void A_file_that_is_no_package_is_refused_in_one_sentence(string what, byte[] bytes)
    {
        var read = 0;
        try
        {
            read = PackageReader.Read(bytes, examples: false).Count();
        }
        catch (Refusal refusal)
        {
            refusal.Kind.ShouldBe(ProfilesRefusals.BadPackage, what);
        }
        read.ShouldBe(0, what);
    }

    [Fact]
    public void A_file_that_swells_without_end_is_stopped()
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true))
        {
            // The head of a tar entry that says 600 MiB, and zeros.
            using var tar = new MemoryStream();
            using (var writer = new System.Formats.Tar.TarWriter(tar, leaveOpen: true))
                writer.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "package/a.bin") { DataStream = new MemoryStream(new byte[1]) });
            var head = tar.ToArray()[..1536];
            Encoding.ASCII.GetBytes(Convert.ToString(600L << 20, 8).PadLeft(11, '0')).CopyTo(head, 1024 + 124);
            WriteChecksum(head.AsSpan(1024, 512));
            gzip.Write(head);
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 601; i++) gzip.Write(zeros);
        }
        Should.Throw<Refusal>(() => PackageReader.Read(to.ToArray(), examples: false).Count()).Kind.ShouldBe(ProfilesRefusals.PackageTooLarge);
    }

    [Fact]
    public void Any_damage_ends_in_a_refusal_or_in_fewer_files()
    {
        const int seed = 20260318;
        var random = new Random(seed);
        var whole = SamplePackage.Whole;
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = whole.ToArray();
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                var at = random.Next(bytes.Length);
                switch (random.Next(3))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 30))..]]; break;
                    default: bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]]; break;
                }
                if (bytes.Length == 0) bytes = [0x1F];
            }
            Tries(bytes, $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Any_damage_of_the_archive_within_ends_likewise()
    {
        const int seed = 20260319;
        var random = new Random(seed);
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(SamplePackage.Whole), CompressionMode.Decompress)) gzip.CopyTo(plain);
        var tar = plain.ToArray();
        for (var round = 0; round < 1_500; round++)
        {
            var bytes = tar.ToArray();
            // Heads stand at multiples of 512: half of the damage goes there.
            for (var change = random.Next(1, 6); change > 0; change--)
                bytes[random.Next(2) == 0 ? random.Next(bytes.Length / 512) * 512 + random.Next(512) : random.Next(bytes.Length)] = (byte)random.Next(256);
            Tries(Gzip(bytes), $"seed {seed}, round {round}");
        }
    }

    static void Tries(byte[] bytes, string round)
    {
        try
        {
            foreach (var entry in PackageReader.Read(bytes, examples: true)) PackageReader.NameOf(entry.Json);
        }
        catch (Refusal)
        {
            // the only way of saying no
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(round, error);
        }
    }

    static byte[] Gzip(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        return to.ToArray();
    }

    static void WriteChecksum(Span<byte> head)
    {
        head.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var b in head) sum += b;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(head[148..]);
    }
}
