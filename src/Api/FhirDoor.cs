using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>
/// Some types of the one Store under an address of their own (« /annuaire/fhir/v2 »): with the same handlers as /fhir, but with its own
/// way to say who asks, its own list of what may be asked, and a view of what leaves. A module registers one by <c>AddFhirDoor</c>.
/// </summary>
/// <param name="Root">Where it stands, without a slash at its end.</param>
/// <param name="Types">The resource types behind it; any other is unknown there.</param>
/// <param name="Enter">Who asks, and what they may see; refuses who may not come in.</param>
public sealed record FhirDoor(string Root, IReadOnlyList<string> Types, Func<HttpContext, CancellationToken, ValueTask<FhirVisitor>> Enter)
{
    /// <summary>FHIR's words for what it answers, of the table of /fhir: read, vread, search-type, create…</summary>
    public IReadOnlyList<string> Interactions { get; init; } = ["read", "search-type"];

    /// <summary>Operations behind this door only, relative to its root.</summary>
    public IReadOnlyList<FhirOperation> Operations { get; init; } = [];

    /// <summary>What the CapabilityStatement says of the door, in French.</summary>
    public string Description { get; init; } = "";

    /// <summary>How one comes in, as the CapabilityStatement tells it, in French.</summary>
    public string Security { get; init; } = "";

    /// <summary>The view whose parameters and includes the CapabilityStatement lists; null: whatever the Store knows of each type.</summary>
    public FhirView? Announced { get; init; }
}

/// <summary>Who came in by a door.</summary>
/// <param name="Scope">What the Store lets them reach.</param>
/// <param name="View">What of it they are shown; null: all, as it is stored.</param>
public sealed record FhirVisitor(Scope Scope, FhirView? View = null);

/// <summary>What a visitor is shown of what the Store answers. What is not shown must not be asked by either: a view knows both.</summary>
public abstract class FhirView
{
    /// <summary>
    /// What is searched for when this is asked: parameters may be renamed, added or taken away; what is wrong throws a FhirException. Asked of the
    /// first page only: a link to the next one is sealed.
    /// </summary>
    public virtual FhirAsked Ask(string type, IReadOnlyList<KeyValuePair<string, string>> asked, bool? strict) => new(asked, []);

    /// <summary>The criteria that were really used, as they stand in the links of an answer.</summary>
    public virtual string Said(string type, string criteria) => criteria;

    /// <summary>The resource as it leaves.</summary>
    public virtual Stored Show(Stored stored) => stored;

    /// <summary>Changes show in the order of their times and without a gap: what was written a moment ago waits for its neighbours.</summary>
    public virtual bool IsSettled => false;

    /// <summary>The parameters of a type, for the CapabilityStatement.</summary>
    public virtual IReadOnlyList<SearchParam> ParametersOf(string type, SearchParamSet known) => known.Of(type);

    /// <summary>« Type:parameter », or « * ».</summary>
    public virtual IReadOnlyList<string> IncludesOf(string type) => [];

    public virtual IReadOnlyList<string> RevIncludesOf(string type) => [];
}

/// <param name="Parameters">For the Store.</param>
/// <param name="Ignored">Names that were not understood and dropped; the answer says so.</param>
public sealed record FhirAsked(IReadOnlyList<KeyValuePair<string, string>> Parameters, IReadOnlyList<string> Ignored);

public static class FhirDoorServices
{
    /// <summary>A door of a module, with OperationOutcomes for every no behind it.</summary>
    /// <param name="services">Where it is registered.</param>
    /// <param name="root">Where it stands.</param>
    /// <param name="challenge">WWW-Authenticate of a 401.</param>
    /// <param name="make">The door.</param>
    public static IServiceCollection AddFhirDoor(this IServiceCollection services, string root, string challenge, Func<IServiceProvider, FhirDoor> make) => services
        .AddSingleton(make)
        .AddSingleton(new OpenDoor(root, []))
        .AddSingleton(new RefusalFormatter(root, (http, no) => Outcome.Write(http, no, challenge)));
}
