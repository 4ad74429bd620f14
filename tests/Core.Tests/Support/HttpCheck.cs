using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Socle.Core.Tests.Api;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Support;

/// <summary>One thing that an actor asks over HTTP.</summary>
abstract class HttpCheck(HttpWorld world, HttpActor actor)
{
    protected HttpWorld World => world;
    protected HttpActor Actor => actor;

    /// <summary>Null: as it should be.</summary>
    public string? Wrong { get; private set; }

    public int Found { get; protected set; }

    public async Task Run()
    {
        try
        {
            Wrong = await Difference();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Wrong = error.ToString();
        }
        if (Wrong is not null) Wrong = $"{actor} asks {Asked}\n{Wrong}";
    }

    protected abstract string Asked { get; }

    protected abstract Task<string?> Difference();
}

/// <summary>Reads, histories and operations about some resource, mine or not.</summary>
sealed class HttpProbe(HttpWorld world, HttpActor actor, Random random) : HttpCheck(world, actor)
{
    readonly PlainItem item = world.Items[random.Next(world.Items.Count)];
    readonly PlainItem person = world.Items.Where(one => one.Type == "Patient").ElementAt(random.Next(7));
    readonly (int Dice, bool Xml) turn = (random.Next(15), random.Next(4) == 0);

    bool IsOfItem => turn.Dice < 7;

    protected override string Asked => turn.Dice switch
    {
        0 => $"{item}", 1 => $"{item}/_history", 2 => $"{item}/_history/1", 3 => $"{item}/$meta", 4 => $"{item}?_summary=true", 5 => $"{item}?_elements=status,subject",
        6 => $"{item.Type}/{item.ExternalId}", 7 => $"{item.Type}/_history?_count=20", 8 => "_history?_count=20", 9 => $"{item.Type}/$meta", 10 => "$meta",
        11 => $"{person}/$everything?_count=40", 12 => $"Observation/$lastn?patient={person}&max=2", 13 => $"{person}/*?_count=30",
        _ => $"?_lastUpdated=ge2020-01-01&_count=30",
    };

    protected override async Task<string?> Difference()
    {
        var answer = await World.Server.Get(Actor.Token, Asked, ("Accept", turn.Xml ? "application/fhir+xml" : "application/fhir+json"));
        if (World.Leak(Actor, "", answer, isList: turn.Dice is 7 or 8 or 9 or 10 or 14) is { } leak) return leak;
        if (answer.Status >= 500) return answer.Text;
        Found = answer.Status == 200 ? 1 : 0;
        if (!IsOfItem) return null;
        // A history says no more than a read.
        var mine = Actor.View.Visible.Contains(item) && Actor.View.MayRead(item.Type);
        if (turn.Dice == 1 && Actor.Agent.Kind == AgentKind.System && item.Type == "Patient") mine = false;
        return answer.Status == 200 == mine ? null : $"{answer.Status} but {(mine ? "mine" : "not mine")}\n{answer.Text}";
    }
}

/// <summary>One search in one of its forms, page after page.</summary>
/// <param name="dice">Which form: 0 and 1 XML, 2 a form, 3 a batch, 4 a count, 5–7 a summary, 8 elements, 9 a total; else plain.</param>
sealed class HttpSearch(HttpWorld world, HttpActor actor, PlainQuestion question, int dice) : HttpCheck(world, actor)
{
    protected override string Asked => $"{question} (form {dice})";

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    string Path => question.Inside is null ? question.Types.Count == 1 ? question.Type : "" : $"{question.Inside}/{(question.Types.Count == 1 ? question.Type : "*")}";

    bool IsText => dice == 7 && question.Includes.Count == 0;

    List<KeyValuePair<string, string>> Parameters()
    {
        var all = question.Parameters().ToList();
        if (question.Types.Count > 1) all.Add(new("_type", string.Join(',', question.Types)));
        if (dice == 4) all.Add(new("_summary", "count"));
        if (dice is 5 or 6 || IsText) all.Add(new("_summary", IsText ? "text" : dice == 5 ? "true" : "data"));
        if (dice == 8) all.Add(new("_elements", "id,status,subject,Patient.birthDate"));
        if (dice == 9) all.Add(new("_total", "accurate"));
        return all;
    }

    string Url => $"{Path}?{string.Join('&', Parameters().Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"))}";

    // A person is looked for by other rules, in few words and counted; several types inside a compartment are those that may be searched.
    bool IsOfPeople => question.Types.Contains("Patient") && Actor.IsLookedAt && (question.Types.Count == 1 && question.Inside is null || Actor.Agent.Kind == AgentKind.System);

    PlainQuestion Meant => question.Inside is null || question.Types.Count == 1 ? question : question with
    {
        Types = [.. question.Types.Where(type => Actor.View.MaySearch(type)
            && (type == question.Inside.Split('/')[0] || Definitions.Compartment(question.Inside.Split('/')[0], type).Count > 0))],
    };

    protected override async Task<string?> Difference()
    {
        var answer = await First();
        if (World.Leak(Actor, question.ToString(), answer) is { } leak) return leak;
        if (answer.Status >= 500) return answer.Text;
        if (IsOfPeople || Meant.Types.Count == 0) return null;
        if (World.Plain.IsRefused(Actor.View, Meant)) return answer.Status is 403 or 404 ? null : $"{answer.Status} instead of a refusal";
        if (answer.Status != 200) return IsOfWords ? null : $"{answer.Status}\n{answer.Text}";
        var expected = World.Plain.Matches(Actor.View, Meant);
        Found = expected.Count;
        return await Pages(answer, expected);
    }

    // Words are looked for within few records only: the refusal names what to add.
    bool IsOfWords => question.ToString().Contains("_text=", StringComparison.Ordinal) || question.ToString().Contains("_content=", StringComparison.Ordinal);

    async Task<string?> Pages(Answer answer, List<PlainItem> expected)
    {
        var found = new List<string>();
        while (true)
        {
            var page = dice < 2 ? OfXml(answer) : OfJson(answer.Json);
            if (page.Total is { } total ? total != expected.Count : dice is 4 or 9 && found.Count == 0) return $"a total of {page.Total}, expected {expected.Count}";
            if (dice == 4) return page.Matches.Count == 0 ? null : "a count with entries";
            var included = World.Plain.Included(Actor.View, question, [.. expected.Skip(found.Count).Take(page.Matches.Count)]).Select(item => item.ToString()).Order().ToList();
            if (!page.Included.Order().SequenceEqual(included)) return $"included {string.Join(' ', page.Included)}\nexpected {string.Join(' ', included)}";
            found.AddRange(page.Matches);
            if (page.Next is null || dice == 3 || found.Count > expected.Count) break;
            answer = await Send(HttpMethod.Get, page.Next, null);
            if (answer.Status != 200) return $"the next page: {answer.Status} {answer.Text}";
            if (World.Leak(Actor, question.ToString(), answer) is { } leak) return leak;
        }
        var right = dice == 3 ? expected.Take(found.Count) : expected;
        return found.SequenceEqual(right.Select(item => item.ToString())) ? null
            : $"found {string.Join(' ', found)}\nexpected {string.Join(' ', expected)}\n{answer.Text}";
    }

    async Task<Answer> First()
    {
        if (dice == 2) return await Send(HttpMethod.Post, $"{Path}{(Path.Length > 0 ? "/" : "")}_search", new FormUrlEncodedContent(Parameters()));
        if (dice != 3) return await Send(HttpMethod.Get, Url + (dice == 1 ? "&_format=xml" : ""), null);
        var batch = JsonSerializer.Serialize(new { resourceType = "Bundle", type = "batch", entry = new[] { new { request = new { method = "GET", url = Url } } } });
        var answer = await Send(HttpMethod.Post, "", ApiServer.Json(batch));
        if (answer.Status != 200) return answer;
        var entry = answer.Json.GetProperty("entry")[0];
        var status = Number(entry.GetProperty("response").GetProperty("status").GetString()![..3]);
        var body = entry.TryGetProperty("resource", out var resource) ? resource : entry.GetProperty("response");
        return answer with { Status = status, Body = JsonSerializer.SerializeToUtf8Bytes(body) };
    }

    Task<Answer> Send(HttpMethod method, string path, HttpContent? content) => World.Server.Send(
        Actor.Token, method, path, content, ("Accept", dice < 2 ? "application/fhir+xml" : "application/fhir+json"), ("Prefer", "handling=strict"));

    sealed record Page(List<string> Matches, List<string> Included, long? Total, string? Next);

    static Page OfJson(JsonElement bundle)
    {
        var page = new Page([], [], bundle.TryGetProperty("total", out var total) ? total.GetInt64() : null, bundle.GetProperty("link").EnumerateArray()
            .Where(link => link.GetProperty("relation").GetString() == "next").Select(link => link.GetProperty("url").GetString()).FirstOrDefault());
        if (!bundle.TryGetProperty("entry", out var entries)) return page;
        foreach (var entry in entries.EnumerateArray())
        {
            var resource = entry.GetProperty("resource");
            Add(page, entry.GetProperty("search").GetProperty("mode").GetString()!, resource.GetProperty("resourceType").GetString()!,
                resource.TryGetProperty("id", out var id) ? id.GetString()! : "");
        }
        return page;
    }

    static Page OfXml(Answer answer)
    {
        answer.Headers["Content-Type"].ShouldStartWith("application/fhir+xml");
        XNamespace fhir = "http://hl7.org/fhir";
        var bundle = SafeXml.Load(answer.Body);
        static string? Value(XElement? element) => element?.Attribute("value")?.Value;
        var page = new Page([], [], Value(bundle.Element(fhir + "total")) is { } total ? Number(total) : null,
            bundle.Elements(fhir + "link").Where(link => Value(link.Element(fhir + "relation")) == "next").Select(link => Value(link.Element(fhir + "url"))).FirstOrDefault());
        foreach (var entry in bundle.Elements(fhir + "entry"))
        {
            var resource = entry.Element(fhir + "resource")!.Elements().Single();
            Add(page, Value(entry.Element(fhir + "search")!.Element(fhir + "mode"))!, resource.Name.LocalName, Value(resource.Element(fhir + "id")) ?? "");
        }
        return page;
    }

    static void Add(Page page, string mode, string type, string id)
    {
        if (mode == "match") page.Matches.Add($"{type}/{id}");
        else if (mode == "include") page.Included.Add($"{type}/{id}");
    }
}
