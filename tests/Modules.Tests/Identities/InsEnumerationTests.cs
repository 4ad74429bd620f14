using System.Diagnostics;
using System.Globalization;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Identities;

/// <summary>
/// Whoever may not ask learns nothing by asking: the answers for numbers that exist and for numbers that do not are the same bytes, and their times are
/// one and the same distribution. INS_ENUMERATION=2000 asks for as many of each as the promise says; a small part of it always runs.
/// </summary>
public class InsEnumerationTests
{
    static readonly int Asked = int.TryParse(Environment.GetEnvironmentVariable("INS_ENUMERATION"), CultureInfo.InvariantCulture, out var asked) ? asked : 0;

    [Theory, OnEachDatabase]
    public async Task Existing_and_absent_numbers_cannot_be_told_apart(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind);
        var each = Asked > 0 ? Asked : 60;
        foreach (var some in Enumerable.Range(0, each).Chunk(100)) await Add(world, some);
        var without = new (string Who, string Token, string Path, Func<string, string> Body)[]
        {
            ("a software without the right, $match", world.Fhir.Token(FhirWorld.Laboratory, "system/Observation.cs"), "Patient/$match", Verification),
            ("a software without the right, search", world.Fhir.Token(FhirWorld.Laboratory, "system/Observation.cs"), "Patient/_search", Form),
            ("a professional out of practice, $match", world.Fhir.Token(FhirWorld.Nurse with { Structure = null }), "Patient/$match", Verification)
        };
        foreach (var (who, token, path, body) in without)
        {
            var (seen, existing, absent) = (new HashSet<string>(), new List<double>(), new List<double>());
            for (var i = 0; i < 20; i++) await Ask(world, token, path, body, Number(i));     // what is loaded at first use is loaded
            // Interleaved, and the first of a pair by turns the one and the other: what drifts, drifts for both.
            for (var i = 0; i < each; i++)
            {
                for (var turn = 0; turn < 2; turn++)
                {
                    var exists = (i + turn) % 2 == 0;
                    var number = Number(exists ? i : 100_000 + i);
                    var (answer, time) = await Ask(world, token, path, body, number);
                    seen.Add(answer.Replace(number, "#", StringComparison.Ordinal));
                    (exists ? existing : absent).Add(time);
                }
            }
            var auc = Auc(existing, absent);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}, {who}: {each} + {each} answers, {seen.Count} different, AUC {auc:0.0000}"));
            seen.Count.ShouldBe(1, string.Join("\n---\n", seen.Take(2)));
            // With 60 of each, chance alone reaches 0.10 (four deviations 0.21); with 2 000 the bound of the promise.
            Math.Abs(auc - 0.5).ShouldBeLessThan(each >= 2_000 ? 0.02 : 0.25);
        }
        // The negative control: whoever has the right sees a difference.
        var allowed = world.Fhir.Token(FhirWorld.Laboratory);
        var right = (await Ask(world, allowed, "Patient/$match", Verification, Number(0))).Answer;
        right.ShouldNotBe((await Ask(world, allowed, "Patient/$match", Verification, Number(100_000))).Answer);
    }

    static async Task Add(InsiWorld world, int[] people)
    {
        var entries = people.Select(i => $$"""{"request":{"method":"POST","url":"Patient"},"resource":{{System.Text.Encoding.UTF8.GetString(PatientBuilder.Build(Person(i)))}}}""");
        var made = await world.Fhir.Post(world.Fhir.Token(FhirWorld.Steward), "", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""");
        made.Status.ShouldBe(200, made.Text);
    }

    static NewPatient Person(int i) => Register.Qualified("LEFEVRE", ["JEANNE"]) with { Ins = Number(i) };

    static string Number(int i) => Ins.FromParts($"2{57 + i / 100_000 * 3:00}{1 + i % 12:00}29{1 + i / 900 % 900:000}{1 + i % 900:000}").Value;

    static string Verification(string number) => InsiWorld.Parameters(Register.Asked("LEFEVRE", "JEANNE") with { InsSystem = Ins.Systems.Test, Ins = number });

    static string Form(string number) => $"identifier={Uri.EscapeDataString($"{Ins.Systems.Test}|{number}")}";

    static async Task<(string Answer, double Time)> Ask(InsiWorld world, string token, string path, Func<string, string> body, string number)
    {
        using var content = new StringContent(body(number), System.Text.Encoding.UTF8,
            path.EndsWith("_search", StringComparison.Ordinal) ? "application/x-www-form-urlencoded" : "application/fhir+json");
        var start = Stopwatch.GetTimestamp();
        var reply = await world.Fhir.Send(token, HttpMethod.Post, path, content);
        return (reply.Seen, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
    }

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
