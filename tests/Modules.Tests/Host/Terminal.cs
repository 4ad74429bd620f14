namespace Socle.Modules.Tests.Host;

/// <summary>What a verb answered at the terminal.</summary>
sealed record Said(int ExitCode, string Output, string Errors)
{
    public static async Task<Said> By(params string[] words)
    {
        var (exit, output, errors) = await RunningSocle.Verb(words);
        return new(exit, output, errors);
    }

    /// <summary>A no is one sentence for people: no stack, no log, nothing on the side for programs.</summary>
    public void ShouldBeOneSentence(int exitCode, params string[] parts)
    {
        var lines = Errors.Trim().Split('\n');
        lines.Length.ShouldBe(1, Errors);
        lines[0].ShouldStartWith("socle : ");
        lines[0].ShouldNotContain("Exception");
        foreach (var part in parts) lines[0].ShouldContain(part);
        Output.ShouldBe("");
        ExitCode.ShouldBe(exitCode);
    }

    public Said ShouldSucceed()
    {
        ExitCode.ShouldBe(0, Output + Errors);
        return this;
    }
}

/// <summary>A demonstration folder with two people that nobody serves; made once for a class.</summary>
public sealed class StoppedFolder : IAsyncLifetime
{
    readonly TemporaryFolder folder = new();

    public string Data => folder.At("data");

    public async Task InitializeAsync() => (await Said.By("seed", "--patients", "2", "--data", Data)).ShouldSucceed();

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }
}
