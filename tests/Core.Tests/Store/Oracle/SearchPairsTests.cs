using System.Globalization;
using System.Text;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;
using Socle.Tests.Support;
using Xunit.Abstractions;

namespace Socle.Core.Tests.Store.Oracle;

/// <summary>
/// The Store's search against a slow, obvious one, on generated data and questions, each asked by somebody who sees a part of it.
/// SOCLE_SEARCH_PAIRS: how many per database; SOCLE_TEST_SEED: the seed that a failure printed, or « clock ».
/// </summary>
public sealed class SearchPairsTests(ITestOutputHelper output)
{
    const int PerWorld = 4_000;
    const int AtOnce = 4;
    const int MostTold = 8;

    static readonly int Pairs = Setting("SOCLE_SEARCH_PAIRS") ?? 20_000;

    static int? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    [Theory, OnEachDatabase]
    public async Task Search_agrees_with_the_slow_search_whoever_asks(DatabaseKind kind)
    {
        var seed = Seed.Of(20_261_122);
        output.WriteLine($"seed {seed}");
        var (asked, matched, wrong) = (0, 0, new List<string>());
        for (var number = 0; asked < Pairs; number++)
        {
            await using var world = await LoadedWorld.Load(kind, seed + number, observations: 32);
            foreach (var actor in world.Actors) await History(world, actor);
            var random = new Random(seed + number);
            var asker = new PlainAsker(world.Plain, random);
            for (var left = Math.Min(PerWorld, Pairs - asked); left > 0; left -= AtOnce * 16)
            {
                var checks = Enumerable.Range(0, Math.Min(left, AtOnce * 16)).Select(_ => Ask(world, asker, random)).ToList();
                await Parallel.ForEachAsync(checks, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (check, _) => await check.Run());
                foreach (var check in checks.Where(check => check.Wrong is not null).Take(MostTold - wrong.Count)) wrong.Add(await check.Shrunk());
                if (wrong.Count >= MostTold) break;
                (asked, matched) = (asked + checks.Count, matched + checks.Count(check => check.Expected.Count > 0));
            }
            wrong.ShouldBeEmpty($"seed {seed + number}");
        }
        output.WriteLine($"{asked} pairs, {matched} of them with matches");
        // Questions that find nothing prove little.
        if (asked > 1_000) matched.ShouldBeGreaterThan(asked / 6);
    }

    static Check Ask(LoadedWorld world, PlainAsker asker, Random random)
    {
        var actor = world.Actors[random.Next(3) == 0 ? 0 : random.Next(world.Actors.Count)];
        return new Check(world, actor, asker.Question(actor.View));
    }

    // Everything that the actor sees has one version, and nothing else has any.
    static async Task History(LoadedWorld world, Actor actor)
    {
        var (seen, token) = (new List<Stored>(), (string?)null);
        do
        {
            var page = (await world.Records.History(actor.Scope, null, null, new HistoryQuery(Count: 30, PageToken: token), default))!;
            seen.AddRange(page.Versions);
            token = page.NextToken;
        }
        while (token is not null);
        var expected = actor.View.Visible.Where(item => actor.View.MayRead(item.Type)).Select(item => item.ToString()).ToHashSet();
        seen.Select(one => one.Reference).ShouldBe(expected.Intersect(seen.Select(one => one.Reference)), ignoreOrder: true, actor.Name);
        if (actor.Scope.Types.Allows("Encounter", Interaction.History)) seen.Count.ShouldBe(expected.Count, actor.Name);
        foreach (var told in seen.SelectMany(world.Told)) actor.View.Visible.ShouldContain(told, actor.Name);
    }

    /// <summary>One question by one actor.</summary>
    sealed class Check(LoadedWorld world, Actor actor, PlainQuestion question)
    {
        public List<PlainItem> Expected { get; } = world.Plain.Matches(actor.View, question);

        bool IsRefused => world.Plain.IsRefused(actor.View, question);

        public string? Wrong { get; private set; }

        // Each kind of answer on some of the questions, the matches on all.
        public async Task Run()
        {
            try
            {
                Wrong = await Difference(Expected);
            }
            catch (Refusal refused) when (refused.Kind == StoreRefusals.SearchTooBroad)
            {
                // Words are looked for within few records only: the refusal names what to add.
                Wrong = question.ToString().Contains("_text=", StringComparison.Ordinal) || question.ToString().Contains("_content=", StringComparison.Ordinal) ? null : "refused as too broad";
            }
            catch (Refusal refused) when (refused.Kind == StoreRefusals.TypeNotAllowed || refused.Kind == StoreRefusals.NotFound)
            {
                Wrong = IsRefused ? null : "refused";
            }
            catch (Exception error)
            {
                Wrong = error.ToString();
            }
        }

        Task<SearchPage> Search(params KeyValuePair<string, string>[] more)
        {
            KeyValuePair<string, string>[] asked = [.. question.Parameters().Where(pair => more.All(other => other.Key != pair.Key)), .. more];
            var inside = question.Inside?.Split('/') is [var type, var id] ? new Compartment(type, id) : null;
            return world.Records.Search(actor.Scope,
                [.. question.Types.Select(one => SearchQuery.Parse(one, asked, strict: true, world.Environment))], inside, default);
        }

        async Task<string?> Difference(List<PlainItem> expected)
        {
            var (found, token, dice) = (new List<string>(), (string?)null, (question.ToString().Length + expected.Count) % 10);
            var more = dice == 1 ? [new("_total", "accurate")] : new List<KeyValuePair<string, string>>();
            do
            {
                var page = await Search(token is null ? [.. more] : [.. more, new("_page", token)]);
                if (IsRefused) return "not refused";
                if (dice == 1 && page.Total != expected.Count) return $"a total of {page.Total}, expected {expected.Count}";
                if (Beside(page, expected, found.Count) is { } beside) return beside;
                found.AddRange(page.Matches.Select(match => match.Reference));
                token = page.NextToken;
            }
            while (token is not null && found.Count <= expected.Count);
            if (dice == 2 && (await Search(new KeyValuePair<string, string>("_summary", "count"))).Total != expected.Count)
                return "another count";
            return found.SequenceEqual(expected.Select(item => item.ToString())) ? null
                : $"found {string.Join(' ', found)}\nexpected {string.Join(' ', expected)}\n{Differing(found, expected)}";
        }

        // What stands beside the matches, and canaries of what the actor must not see.
        string? Beside(SearchPage page, List<PlainItem> expected, int before)
        {
            if (page.Matches.Concat(page.Included).SelectMany(world.Told).FirstOrDefault(told => !actor.View.Visible.Contains(told)) is { } leak) return $"tells of {leak}";
            if (question.Includes.Count == 0) return page.Included.Count == 0 ? null : "includes what was not asked for";
            var included = world.Plain.Included(actor.View, question, [.. expected.Skip(before).Take(page.Matches.Count)]).Select(item => item.ToString()).Order(StringComparer.Ordinal).ToList();
            var found = page.Included.Select(one => one.Reference).Order(StringComparer.Ordinal).ToList();
            return found.SequenceEqual(included) ? null
                : $"included beyond: {string.Join(' ', found.Except(included))}\nnot included: {string.Join(' ', included.Except(found))}\nbeside {string.Join(' ', page.Matches.Select(match => match.Reference))}";
        }

        string Differing(List<string> found, List<PlainItem> expected) => string.Join('\n', world.Plain.Items
            .Where(item => found.Contains(item.ToString()) != expected.Contains(item)).OrderBy(item => item.Doc.Bytes.Length).Take(2).Select(item => Encoding.UTF8.GetString(item.Doc.Bytes.Span)));

        /// <summary>The smallest question that still goes wrong, and how.</summary>
        public async Task<string> Shrunk()
        {
            var best = this;
            for (var smaller = true; smaller;)
            {
                smaller = false;
                foreach (var other in best.Smaller())
                {
                    var check = new Check(world, actor, other);
                    await check.Run();
                    if (check.Wrong is null) continue;
                    (best, smaller) = (check, true);
                    break;
                }
            }
            return $"{actor.Name} asks {best.Question}\n{best.Wrong}\n(at first {question})";
        }

        PlainQuestion Question => question;

        IEnumerable<PlainQuestion> Smaller()
        {
            for (var i = 0; i < question.Conditions.Count; i++)
            {
                yield return question with { Conditions = [.. question.Conditions.Where((_, at) => at != i)] };
                foreach (var condition in Smaller(question.Conditions[i]))
                    yield return question with { Conditions = [.. question.Conditions.Select((old, at) => at == i ? condition : old)] };
            }
            for (var i = 0; i < question.Includes.Count; i++) yield return question with { Includes = [.. question.Includes.Where((_, at) => at != i)] };
            for (var i = 0; i < question.Sort.Count; i++) yield return question with { Sort = [.. question.Sort.Where((_, at) => at != i)] };
            if (question.Types.Count > 1)
            {
                for (var i = 0; i < question.Types.Count; i++) yield return question with { Types = [.. question.Types.Where((_, at) => at != i)] };
            }
            if (question.Inside is not null) yield return question with { Inside = null };
            if (question.Count < 200) yield return question with { Count = 200 };
        }

        static IEnumerable<PlainCondition> Smaller(PlainCondition condition) => condition switch
        {
            PlainClause { Any.Count: > 1 } clause => clause.Any.Select((_, i) => clause with { Any = [.. clause.Any.Where((_, at) => at != i)] }),
            PlainChain chain => Smaller(chain.Inner).Select(inner => chain with { Inner = inner }),
            PlainHas has => Smaller(has.Inner).Select(inner => has with { Inner = inner }),
            PlainFilter filter => Smaller(filter.Test).Select(test => new PlainFilter(test)),
            _ => [],
        };

        static IEnumerable<PlainTest> Smaller(PlainTest test) => test switch
        {
            PlainJoin join => [join.Left, join.Right, .. Smaller(join.Left).Select(left => join with { Left = left }), .. Smaller(join.Right).Select(right => join with { Right = right })],
            PlainNot not => [not.Inner, .. Smaller(not.Inner).Select(inner => new PlainNot(inner))],
            PlainFollow { Filter: not null } follow => [follow with { Filter = null }],
            _ => [],
        };
    }
}
