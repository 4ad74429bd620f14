using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>What the handlers need, in one hand.</summary>
sealed record FhirServices(
    AccessDesk Desk, AccessBudget Budget, RecordStore Store, Blobs Blobs, Keys Keys, Chance Chance, TimeProvider Clock, FhirRoutes Routes,
    Capabilities Capabilities, Idempotency Idempotency, RefusedAccess Refused);

/// <summary>One request: who asks, with which scope, for what, and how they want the answer.</summary>
public sealed class FhirCall
{
    readonly BundleEntry? entry;
    readonly RouteValueDictionary? ofEntry;

    internal FhirCall(HttpContext http, FhirServices services, Scope scope, GrantedScopes granted, FhirDoor? door = null, FhirView? view = null)
    {
        (Http, Services, Scope, Granted, Door, View) = (http, services, scope, granted, door, view);
        (Prefer, Base) = (Preferences.Of(http.Request), door is null ? BaseOf(http.Request) : BaseOf(http.Request, door.Root));
    }

    FhirCall(FhirCall outer, BundleEntry entry, RouteValueDictionary ofEntry) :
        this(outer.Http, outer.Services, outer.Scope, outer.Granted, outer.Door, outer.View) => (this.entry, this.ofEntry) = (entry, ofEntry);

    /// <summary>The same caller, for what one entry of a batch asks.</summary>
    internal FhirCall Of(BundleEntry ofBatch, RouteValueDictionary values) => new(this, ofBatch, values);

    public HttpContext Http { get; }
    internal FhirServices Services { get; }
    public Scope Scope { get; }
    internal GrantedScopes Granted { get; }
    internal Preferences Prefer { get; }

    /// <summary>The door by which the caller came; null: /fhir itself.</summary>
    internal FhirDoor? Door { get; }

    /// <summary>What the caller is shown; null: all, as it is stored.</summary>
    internal FhirView? View { get; }

    public Agent Agent => Scope.Agent;
    public RecordStore Store => Services.Store;

    /// <summary>« https://…/fhir/ »: what addresses in answers begin with.</summary>
    public string Base { get; }

    /// <summary>The resource type of the address, one of R4's.</summary>
    public string Type => field ??= KnownType(RouteValue("type"), Door);

    public string Id => field ??= KnownId(RouteValue("id"));

    /// <summary>A part of the address by its name in the route; empty without it.</summary>
    public string RouteValue(string name) => (string?)(ofEntry ?? Http.Request.RouteValues)[name] ?? "";

    /// <summary>GET, POST…: of the request, or of the entry of a batch.</summary>
    public string Method => entry?.Method ?? Http.Request.Method;

    string? QueryString => entry is null ? Http.Request.QueryString.Value : entry.Query;

    /// <summary>If-Match: the version the caller means to change.</summary>
    public long? IfMatch => entry is null ? ReadIfMatch(Http.Request.Headers.IfMatch) : entry.IfMatch;

    /// <summary>The criteria of a conditional write, from the address; null without any.</summary>
    public SearchQuery? Condition => Criteria.Condition(Type, QueryString, SearchEnvironment);

    /// <summary>What this caller's searches are read with.</summary>
    public SearchEnvironment SearchEnvironment => Store.SearchEnvironment(Base, Scope);

    /// <summary>Entries of a batch that ask for operations share the request's Idempotency-Key, each by its own place.</summary>
    internal string PlaceInBundle => entry is null ? "" : $"\nentry {ApiStore.Number(entry.Index)}";

    /// <summary>
    /// What a handler makes, once for each Idempotency-Key: <paramref name="make"/> puts the word that leads to it into its unit, and a retry
    /// gets that word instead. To be called when the body is read.
    /// </summary>
    public async Task<string> Once(Func<Action<Unit, string>, Task<string>> make, CancellationToken stop)
    {
        if (Services.Idempotency.Of(this) is not { } once) return await make(static (_, _) => { });
        using var held = once.Hold();
        return await once.Word(this, stop) ?? await make((unit, word) => once.Remember(unit, word));
    }

    /// <summary>The resource in the body; null without a body. Dispose it.</summary>
    public async Task<FhirDocument?> ReadBody(CancellationToken stop)
    {
        if (entry is not null) return entry.Resource is { } resource ? FhirDocument.Parse(resource.Bytes) : null;
        if (Http.Request.ContentLength is 0 || Http.Request is { ContentLength: null, ContentType: null }) return null;
        Negotiation.MustBeFhir(Http.Request);
        return (await FhirBody.Read(this, BodyLimits.Resource, stop)).Parse();
    }

    /// <summary>The body as it comes, inflated when it is gzip, and no more of it than the limit: for what is no resource.</summary>
    public Stream OpenBody(long limit) => BodyStream.Open(Http.Request, limit);

    /// <summary>The parameters of the address, in their order, decoded.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query => Criteria.Read(QueryString);

    internal static async Task<FhirCall> Enter(HttpContext http, FhirServices services, FhirDoor? door, CancellationToken stop)
    {
        if (door is not null)
        {
            var visitor = await door.Enter(http, stop);
            return new FhirCall(http, services, visitor.Scope.WithCorrelation(http.Correlation()), http.Scopes() ?? GrantedScopes.None, door, visitor.View);
        }
        // The API knows bearer tokens only: whoever comes with a session of the pages is nobody here.
        if (http.AgentOrNull() is not { } agent || http.Scopes() is not { } granted) throw ApiRefusals.NoToken.With();
        var scope = await services.Desk.Enter(agent, Purposes.Of(agent.Kind), granted, stop);
        return new FhirCall(http, services, scope.WithCorrelation(http.Correlation()), granted);
    }

    public static string BaseOf(HttpRequest request) => BaseOf(request, "/fhir");

    internal static string BaseOf(HttpRequest request, string root) => $"{request.Scheme}://{request.Host}{root}/";

    public static string KnownType(string type) =>
        Definitions.IsResourceType(type) ? type : throw ApiRefusals.UnknownType.With(type.Length <= 64 ? type : type[..64]);

    /// <summary>A type that does not stand behind the door is as unknown there as one that FHIR does not have.</summary>
    internal static string KnownType(string type, FhirDoor? door)
    {
        if (door is null) return KnownType(type);
        return door.Types.Contains(type) ? type : throw ApiRefusals.TypeNotHere.With(type.Length <= 64 ? type : type[..64]);
    }

    /// <summary>The resource as this caller is shown it.</summary>
    internal Stored Shown(Stored stored) => View is null || stored.Deleted ? stored : View.Show(stored);

    public static string KnownId(string id) =>
        id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? id : throw ApiRefusals.BadId.With();

    public static long? ReadIfMatch(string? header)
    {
        if (string.IsNullOrEmpty(header)) return null;
        var text = header.StartsWith("W/", StringComparison.Ordinal) ? header[2..] : header;
        return long.TryParse(text.Trim('"'), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version)
            ? version
            : throw ApiRefusals.BadVersion.With();
    }
}
