using System.Diagnostics;
using Socle.Modules.Tests.House;

namespace Socle.Modules.Tests.Host;

/// <summary>./socle itself, in a copy of the house where `dotnet` is a stand-in that writes down what it was asked, or is not there at all.</summary>
public sealed class ScriptTests : IDisposable
{
    static readonly string[] Tools =
        ["bash", "sh", "env", "dirname", "find", "sort", "xargs", "sha256sum", "cut", "cat", "rm", "mkdir", "mktemp", "sed", "grep", "tail", "tee", "paste", "id", "touch"];

    const string StandIn = """
        #!/bin/sh
        echo "$@" >> "$0.log"
        case "$*" in
          --version) echo 10.0.100 ;;
          publish*) mkdir -p "$HERE/out"; touch "$HERE/out/socle.dll"; exit ${PUBLISH_EXIT:-0} ;;
          *--list-tests*) printf 'The following Tests are available:\n    Socle.A.Tests.One\n    Socle.A.Tests.Two(kind: 1)\n' ;;
          test*) echo "Passed!  - Failed:     0, Passed:     3, Skipped:     ${SKIPPED:-0}, Total:     3, Duration: 1 s" ;;
        esac
        """;

    readonly TemporaryFolder temporary = new();

    public ScriptTests()
    {
        File.Copy(Path.Combine(Repository.Root, "socle"), temporary.At("socle"));
        foreach (var file in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json", "src/Host/Program.cs" }) temporary.Write(file, "1");
        Directory.CreateDirectory(temporary.At("bin"));
        foreach (var tool in Tools)
            if (new[] { "/usr/bin", "/bin" }.Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists) is { } real)
                File.CreateSymbolicLink(temporary.At("bin", tool), real);
    }

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("status")]
    [InlineData("test")]
    [InlineData("bench")]
    public async Task Without_the_SDK_it_says_what_to_install(string verb)
    {
        var said = await Script(verb);
        said.ShouldBeOneSentence(3, "SDK .NET 10");
    }

    [Fact]
    public async Task It_builds_once_for_one_state_of_the_sources()
    {
        AddDotnet();
        (await Script("status")).ShouldSucceed();
        (await Script("status")).ShouldSucceed();
        Asked("publish").ShouldBe(1);
        Asked(temporary.At("out", "socle.dll") + " status").ShouldBe(2);
        temporary.Write("src/Host/Program.cs", "2");
        (await Script("status")).ShouldSucceed();
        Asked("publish").ShouldBe(2);
    }

    [Fact]
    public async Task A_build_that_fails_is_said_and_is_tried_again()
    {
        AddDotnet();
        var said = await Script("status", ("PUBLISH_EXIT", "1"));
        said.ExitCode.ShouldBe(1);
        said.Errors.ShouldContain("la construction a échoué");
        (await Script("status")).ShouldSucceed();
        Asked("publish").ShouldBe(2);
    }

    [Fact]
    public async Task Tests_end_with_their_count()
    {
        AddDotnet();
        (await Script("test")).ShouldSucceed().Output.Trim().Split('\n')[^1].ShouldBe("12 passed, 0 failed");
    }

    [Fact]
    public async Task A_regular_expression_chooses_tests_and_one_that_matches_none_is_a_failure()
    {
        AddDotnet();
        (await Script("test Two$")).ShouldSucceed().Output.ShouldContain("passed, 0 failed");
        File.ReadAllText(temporary.At("bin", "dotnet.log")).ShouldContain("--filter FullyQualifiedName=Socle.A.Tests.Two\n");
        var none = await Script("test NothingLikeThis");
        none.ExitCode.ShouldBe(1);
        none.Errors.ShouldContain("Aucun test ne correspond à « NothingLikeThis »");
        none.Output.Trim().Split('\n')[^1].ShouldBe("0 passed, 1 failed");
        (await Script("test a b")).ShouldBeOneSentence(2, "usage");
    }

    [Fact]
    public async Task A_skipped_test_is_a_failure_where_it_is_decided()
    {
        AddDotnet();
        (await Script("test", ("SKIPPED", "1"))).ShouldSucceed().Output.ShouldContain("4 ignorés");
        var decided = await Script("test", ("SKIPPED", "1"), ("CI", "true"));
        decided.ExitCode.ShouldBe(1);
        decided.Output.Trim().Split('\n')[^1].ShouldBe("12 passed, 4 failed");
    }

    void AddDotnet()
    {
        temporary.Write("bin/dotnet", StandIn);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(temporary.At("bin", "dotnet"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    int Asked(string start) => File.ReadLines(temporary.At("bin", "dotnet.log")).Count(line => line.StartsWith(start, StringComparison.Ordinal));

    async Task<Said> Script(string words, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("/bin/bash", [temporary.At("socle"), .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = temporary.Path,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = temporary.At("bin");
        start.Environment["HERE"] = temporary.Path;
        start.Environment["LANG"] = "C.UTF-8";
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var script = Process.Start(start)!;
        var errors = script.StandardError.ReadToEndAsync();
        var output = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        return new(script.ExitCode, output, await errors);
    }
}
