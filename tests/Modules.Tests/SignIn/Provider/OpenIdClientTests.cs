using System.Diagnostics;
using Socle.Modules.Tests.Host;
using Socle.SignIn;

namespace Socle.Modules.Tests.SignIn.Provider;

/// <summary>tests/client: npm openid-client, the certified relying party library, unchanged, against both issuers.</summary>
public sealed class OpenIdClientTests
{
    [WithNode]
    public async Task A_certified_library_that_nobody_here_wrote_works_unchanged_with_both_profiles()
    {
        await using var world = await ProviderWorld.Open();
        world.Clock.Follows = true;
        using var key = new SoftwareKey();
        var (strict, _) = await world.Register(ProviderWorld.Strict(key));
        var (psc, secret) = await world.Register(ProviderWorld.Psc());
        var cookie = await world.SignIn();
        using var node = new Process
        {
            StartInfo = new ProcessStartInfo("node", ["openid.mjs", world.Base, strict.Id, key.Jwk(secret: true).ToJsonString(), psc.Id, secret!, cookie])
            {
                WorkingDirectory = WithNodeAttribute.Folder, RedirectStandardOutput = true, RedirectStandardError = true
            }
        };
        node.Start();
        var errors = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        node.ExitCode.ShouldBe(0, output + await errors);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBe(6);
    }
}
