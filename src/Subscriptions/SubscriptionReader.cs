using System.Collections.Frozen;
using System.Globalization;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Subscriptions;

/// <summary>Reads a Subscription of R4, plain or after the topic backport, and refuses by name what is not done here.</summary>
static class SubscriptionReader
{
    const string Backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-";

    /// <summary>What stands in directories and terminologies and tells nothing of a patient: it may leave whole (security.md T50).</summary>
    static readonly FrozenSet<string> Impersonal = FrozenSet.Create(
        "ActivityDefinition", "CodeSystem", "ConceptMap", "Endpoint", "HealthcareService", "Library", "Location", "Measure", "Medication",
        "MedicationKnowledge", "Organization", "OrganizationAffiliation", "PlanDefinition", "Practitioner", "PractitionerRole", "Questionnaire",
        "Schedule", "Slot", "StructureDefinition", "Substance", "ValueSet");

    const int LongestTimeout = 5, ShortestHeartbeat = 10, MostAtOnce = 100;

    /// <param name="asked">What the subscriber's searches are read with.</param>
    public static Watch Read(FhirDocument body, string id, Scope scope, string scopes, string baseUrl, SearchEnvironment asked, DateTimeOffset now)
    {
        var root = body.Root;
        var channel = root["channel"];
        var (topic, queries, isTopic) = Criteria(root["criteria"]);
        var type = TypeOf(topic, queries);
        if (!scope.Types.Allows(type, Interaction.Read) || !scope.Types.Allows(type, Interaction.Search)) throw StoreRefusals.TypeNotAllowed.With(type);
        var (decided, later) = Split(type, queries, asked);
        var socket = IsSocket(channel["type"].Text ?? "");
        if (channel["header"].Exists) throw SubscriptionsRefusals.Headers.With();
        var endpoint = socket ? null : channel["endpoint"].Text ?? throw SubscriptionsRefusals.NoEndpoint.With();
        var payload = channel["payload"];
        if (payload.Text is not (null or "application/fhir+json" or "application/json")) throw SubscriptionsRefusals.Payload.With(payload.Text);
        var content = ContentOf(payload, isTopic, socket || Impersonal.Contains(type));
        var end = root["end"].Text is { } text ? Instant(text) : (DateTimeOffset?)null;
        if (end <= now) throw SubscriptionsRefusals.Over.With();
        return new(id, scope.Agent, scopes, scope.Purpose, baseUrl, topic.Canonical, type, decided, later, endpoint, content,
            isTopic || payload.Text is not null,
            Number(channel, "heartbeat-period") is { } period and > 0 ? Math.Max(period, ShortestHeartbeat) : 0,
            Math.Clamp(Number(channel, "timeout") ?? LongestTimeout, 1, LongestTimeout),
            Math.Clamp(Number(channel, "max-count") ?? 1, 1, MostAtOnce), end);
    }

    static (Topic Topic, List<string> Queries, bool IsTopic) Criteria(FhirNode criteria)
    {
        var text = criteria.Text ?? throw SubscriptionsRefusals.Criteria.With("il manque.");
        var filters = Extensions(criteria, "filter-criteria").Select(extension => extension["value"].Text ?? "").ToList();
        if (!Topic.IsCanonical(text)) return (Topic.Change, [text, .. filters], false);
        return (Topic.Find(text) ?? throw SubscriptionsRefusals.Topic.With(text), filters, true);
    }

    static string TypeOf(Topic topic, List<string> queries)
    {
        var types = queries.Select(query => query.Split('?', 2)[0]).Distinct().ToList();
        foreach (var type in types.Where(type => !Definitions.IsResourceType(type)))
            throw SubscriptionsRefusals.Criteria.With($"«\u202f{(type.Length <= 64 ? type : type[..64])}\u202f» n’est pas un type de ressource.");
        if (topic.Type is null)
            return types is [var only] ? only : throw SubscriptionsRefusals.Criteria.With("il dit un type de ressource, et un seul\u00a0: «\u202fObservation?code=…\u202f».");
        return types.All(type => type == topic.Type) ? topic.Type : throw SubscriptionsRefusals.Criteria.With($"ce sujet porte sur {topic.Type}.");
    }

    // What leads to other resources is looked at as the subscriber sees them, at the time it is told.
    static (string Now, string Later) Split(string type, List<string> queries, SearchEnvironment asked)
    {
        var (now, later) = (new List<string>(), new List<string>());
        foreach (var part in queries.SelectMany(query => (query.Split('?', 2) is [_, var rest] ? rest : "").Split('&', StringSplitOptions.RemoveEmptyEntries)))
        {
            var name = Uri.UnescapeDataString(part.Split('=', 2)[0]);
            var param = name.Contains('.', StringComparison.Ordinal) ? null : Definitions.SearchParam(type, name.Split(':')[0]);
            var alone = param is { Kind: not SearchKind.Reference } && param.Code is not ("_id" or "_list" or "_content" or "_text" or "near")
                && !name.EndsWith(":in", StringComparison.Ordinal) && !name.EndsWith(":not-in", StringComparison.Ordinal)
                && !name.EndsWith(":above", StringComparison.Ordinal) && !name.EndsWith(":below", StringComparison.Ordinal);
            (alone ? now : later).Add(part);
        }
        Check(SearchQuery.Parse(type, string.Join('&', now), strict: true, asked));
        Check(SearchQuery.Parse(type, string.Join('&', later), strict: true, asked));
        return (string.Join('&', now), string.Join('&', later));
    }

    static void Check(SearchQuery query)
    {
        if (query.Sort.Count > 0 || query.Count is not null || query.Includes.Count > 0 || query.RevIncludes.Count > 0
            || query.Summary is not null || query.Total is not null || query.Elements is not null || query.PageToken is not null)
            throw SubscriptionsRefusals.Criteria.With("_sort, _count, _include et les autres paramètres de présentation n’y ont pas de sens.");
    }

    static bool IsSocket(string type) => type switch
    {
        "rest-hook" => false,
        "websocket" => true,
        _ => throw SubscriptionsRefusals.Channel.With(type)
    };

    static Content ContentOf(FhirNode payload, bool isTopic, bool mayBeWhole)
    {
        var said = Extensions(payload, "payload-content").FirstOrDefault()["value"].Text;
        return said switch
        {
            "empty" => Content.Empty,
            "id-only" => Content.IdOnly,
            // To an address nothing of a patient goes out; a websocket answers the holder of a token.
            "full-resource" when mayBeWhole => Content.FullResource,
            "full-resource" => throw SubscriptionsRefusals.FullResource.With(),
            null => isTopic || payload.Text is not null ? Content.IdOnly : Content.Empty,
            _ => throw SubscriptionsRefusals.Payload.With(said)
        };
    }

    static int? Number(FhirNode channel, string name) =>
        int.TryParse(Extensions(channel, name).FirstOrDefault()["value"].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static IEnumerable<FhirNode> Extensions(FhirNode node, string name)
    {
        foreach (var extension in node.All("extension"))
            if (extension["url"].Text == Backport + name) yield return extension;
    }

    static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
