using System.Globalization;

namespace Socle.Tests.Support;

/// <summary>
/// Generated tests are the same each time, so that what lands is judged by what it changed; SOCLE_TEST_SEED asks for another world,
/// SOCLE_TEST_SEED=clock for a new one at each run.
/// </summary>
static class Seed
{
    public static int Of(int usual) => Environment.GetEnvironmentVariable("SOCLE_TEST_SEED") switch
    {
        null or "" => usual,
        "clock" => Environment.TickCount & 0xffffff,
        var text => int.Parse(text, CultureInfo.InvariantCulture)
    };
}
