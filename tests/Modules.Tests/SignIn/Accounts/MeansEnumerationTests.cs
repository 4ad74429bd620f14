using System.Globalization;
using Socle.Fhir;
using Socle.Support;
using People = Socle.Modules.Tests.SignIn.MeansWorld.Directory;

namespace Socle.Modules.Tests.SignIn;

/// <summary>
/// Whoever asks to open an account learns nothing about whether the directory knows the number: the same bytes, and times of one distribution.
/// MEANS_ENUMERATION=2000 asks for as many of each as the promise says; a small part of it always runs.
/// </summary>
public sealed class MeansEnumerationTests
{
    static readonly int Asked = int.TryParse(Environment.GetEnvironmentVariable("MEANS_ENUMERATION"), CultureInfo.InvariantCulture, out var asked) ? asked : 0;

    [Theory, OnEachDatabase]
    public async Task Known_and_unknown_numbers_cannot_be_told_apart(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        var each = Asked > 0 ? Asked : 40;
        var model = world.People.Known[People.Nurse];
        for (var i = 0; i < each; i++) world.People.Known[Number(i)] = model with { Rpps = Number(i) };
        var (answers, codes) = (new HashSet<string>(), new HashSet<string>());
        var (asking, typing) = ((Known: new List<double>(), Unknown: new List<double>()), (Known: new List<double>(), Unknown: new List<double>()));
        for (var i = -10; i < each; i++)     // what is loaded at first use is loaded
        for (var turn = 0; turn < 2; turn++)
        {
            // Interleaved, and the first of a pair by turns the one and the other: what drifts, drifts for both.
            var known = (i + turn) % 2 == 0;
            var (asked, answer, first) = await Ask(world, known && i >= 0 ? Number(i) : Number(500_000 + i * 2 + turn));
            await world.Deliver();
            var (typed, second) = await Type(world, asked);
            world.Database.Clock.Move(TimeSpan.FromMinutes(1));   // twenty a quarter of an hour from one source
            if (i < 0) continue;
            answers.Add(answer);
            codes.Add(typed);
            (known ? asking.Known : asking.Unknown).Add(first);
            (known ? typing.Known : typing.Unknown).Add(second);
        }
        foreach (var (what, seen, times) in new[] { ("asking", answers, asking), ("typing codes", codes, typing) })
        {
            var auc = Auc(times.Known, times.Unknown);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}, {what}: {each} + {each} answers, {seen.Count} different, AUC {auc:0.0000}"));
            seen.Count.ShouldBe(1, string.Join("\n---\n", seen.Take(2)));
            // With 40 of each, chance alone reaches 0.13 (four deviations 0.26); with 2 000 the bound of the promise.
            Math.Abs(auc - 0.5).ShouldBeLessThan(each >= 2_000 ? 0.02 : 0.28, what);
        }
        // The negative control: the known ones received their codes, the others nothing.
        (await world.Database.Db.First($"select count(*) from signin_message", row => row.Long(0), default)).ShouldBe(2 * each);
    }

    static async Task<(MeansWorld.Browser Browser, string Answer, double Time)> Ask(MeansWorld world, string rpps)
    {
        var browser = world.Open();
        await browser.Get("/connexion/ouvrir/professionnel");
        var (answer, time) = await browser.Timed("/connexion/ouvrir/professionnel", "/connexion/ouvrir/professionnel", ("rpps", rpps));
        return (browser, answer, time);
    }

    static Task<(string Answer, double Time)> Type(MeansWorld world, MeansWorld.Browser browser) =>
        browser.Timed("/connexion/ouvrir/codes", "/connexion/ouvrir/codes", ("phone", "0000 0000"), ("mailbox", "1111 1111"));

    static string Number(int i) => Enumerable.Range(0, 10).Select(key => string.Create(CultureInfo.InvariantCulture, $"{9_999_000_000 + i}{key}")).First(one => Rpps.Check(one) == IdentifierCheck.Right);

    /// <summary>How likely an answer of the one is slower than one of the other (Mann-Whitney); a half where nothing tells them apart.</summary>
    static double Auc(List<double> one, List<double> other)
    {
        var sorted = other.Order().ToArray();
        double sum = 0;
        foreach (var time in one)
        {
            var below = Array.BinarySearch(sorted, time);
            sum += below >= 0 ? below + 0.5 : ~below;
        }
        return sum / one.Count / sorted.Length;
    }
}
