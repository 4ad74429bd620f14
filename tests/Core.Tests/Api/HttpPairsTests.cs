using System.Globalization;
using Socle.Support;
using Socle.Tests.Support;
using Xunit.Abstractions;

namespace Socle.Core.Tests.Api;

/// <summary>
/// The questions of the slow search, sent through the real edge by people, professionals and software, in every form of request and of
/// answer: the answer is what they may see, and no byte of it, headers and links included, tells of anything else.
/// SOCLE_SEARCH_PAIRS: so many pairs, of which 3 in 40 go over HTTP; SOCLE_TEST_SEED: the seed that a failure printed, or « clock ».
/// </summary>
public sealed class HttpPairsTests(ITestOutputHelper output)
{
    const int PerWorld = 750;
    const int AtOnce = 4;
    const int MostTold = 6;

    static readonly int Questions = Math.Max(1, (Setting("SOCLE_SEARCH_PAIRS") ?? 20_000) * 3 / 40);

    static int? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    [Theory, OnEachDatabase]
    public async Task Over_HTTP_everybody_is_told_what_they_may_see_and_nothing_else(DatabaseKind kind)
    {
        var seed = Seed.Of(20_261_122);
        output.WriteLine($"seed {seed}");
        var (asked, matched, wrong) = (0, 0, new List<string>());
        for (var number = 0; asked < Questions; number++)
        {
            await using var world = await HttpWorld.Load(kind, seed + number, observations: 24);
            world.StopClock();
            var random = new Random(seed + number);
            var asker = new PlainAsker(world.Plain, random);
            for (var left = Math.Min(PerWorld, Questions - asked); left > 0; left -= AtOnce * 16)
            {
                var checks = Enumerable.Range(0, Math.Min(left, AtOnce * 16)).Select(_ => Next(world, asker, random)).ToList();
                await Parallel.ForEachAsync(checks, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (check, _) => await check.Run());
                wrong.AddRange(checks.Select(check => check.Wrong).OfType<string>().Take(MostTold - wrong.Count));
                wrong.ShouldBeEmpty($"seed {seed + number}");
                (asked, matched) = (asked + checks.Count, matched + checks.Count(check => check.Found > 0));
            }
            (await world.Server.Get(null, asker.Question(world.Actors[0].View).Type)).Status.ShouldBe(401);
        }
        output.WriteLine($"{asked} questions, {matched} of them with matches");
        // Questions that find nothing prove little.
        if (asked > 500) matched.ShouldBeGreaterThan(asked / 6);
    }

    static HttpCheck Next(HttpWorld world, PlainAsker asker, Random random)
    {
        var actor = world.Actors[random.Next(world.Actors.Count)];
        if (random.Next(5) == 0) return new HttpProbe(world, actor, random);
        return new HttpSearch(world, actor, asker.Question(actor.View), random.Next(12));
    }
}
