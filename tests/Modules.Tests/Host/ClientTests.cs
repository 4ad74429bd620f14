using System.Diagnostics;
using Socle.Modules.Tests.House;

namespace Socle.Modules.Tests.Host;

/// <summary>tests/client: npm fhir-kit-client, unchanged, against the program in its own process with a token of its own.</summary>
public sealed class ClientTests(RunningSocle socle) : IClassFixture<RunningSocle>
{
    [WithNode]
    public async Task A_client_that_nobody_here_wrote_works_unchanged()
    {
        var token = await socle.Token("--system", "client", "--steward");
        using var node = new Process
        {
            StartInfo = new ProcessStartInfo("node", ["client.mjs", new Uri(socle.Address, "/fhir").ToString(), token])
            {
                WorkingDirectory = WithNodeAttribute.Folder, RedirectStandardOutput = true, RedirectStandardError = true
            }
        };
        node.Start();
        var errors = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        node.ExitCode.ShouldBe(0, output + await errors);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(11);
    }
}

/// <summary>Skipped at home where Node or the client is not installed, with what to do; on the machine that decides that is a failure.</summary>
public sealed class WithNodeAttribute : FactAttribute
{
    public static string Folder => Path.Combine(Repository.Root, "tests", "client");

    public WithNodeAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") return;
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "fhir-kit-client")) || !Directory.Exists(Path.Combine(Folder, "node_modules", "openid-client")))
            Skip = "Le client FHIR n'est pas installé : npm ci dans tests/client (./socle test le fait quand Node est là).";
    }
}
