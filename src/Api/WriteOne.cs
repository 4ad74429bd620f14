using Socle.Store;

namespace Socle.Api;

/// <summary>One write, and its answer in the form the caller prefers.</summary>
static class WriteOne
{
    public static async Task<FhirAnswer> Answer(FhirCall call, WriteOp op, WriteOptions options, CancellationToken stop)
    {
        options = options with { BaseUrl = call.Base };
        if (call.Services.Idempotency.Of(call) is not { } once) return Of(call, ResultOf(await call.Store.Write(call.Scope, [op], options, stop), op));
        using var held = once.Hold();
        if (await once.Before(call, [op], null, stop) is { } before) return Of(call, before[0]);
        return Of(call, ResultOf(await call.Store.Write(call.Scope, [op], once.With(options, null), stop), op));
    }

    /// <summary>A rule may add writes of its own: the result is the one of our operation.</summary>
    public static WriteResult ResultOf(IReadOnlyList<WriteResult> results, WriteOp op) =>
        results.FirstOrDefault(result => ReferenceEquals(result.Op, op)) ?? results[0];

    public static FhirAnswer Of(FhirCall call, WriteResult result)
    {
        var stored = result.Stored;
        var asked = call.Prefer.Return;
        if (asked != ReturnPreference.Unsaid) call.Http.Response.Headers["Preference-Applied"] = Preferences.Word(asked);
        var deleted = result.Op is WriteOp.Delete;
        if (deleted && asked != ReturnPreference.OperationOutcome) return new FhirAnswer(204) { Resource = stored.Version > 0 ? stored : null };
        return new FhirAnswer(deleted ? 200 : result.Status)
        {
            Resource = stored,
            Location = deleted ? null : Address(call, stored),
            Body = asked switch
            {
                ReturnPreference.Minimal => default,
                ReturnPreference.OperationOutcome => Outcome.Done(Said(result), result.Warnings),
                _ => call.Shown(stored).Bytes
            }
        };
    }

    public static string Address(FhirCall call, Stored stored) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{call.Base}{stored.Type}/{stored.Id}/_history/{stored.Version}");

    public static string Said(WriteResult result) => (result.Op, result.Status) switch
    {
        (WriteOp.Delete, _) => "La ressource a été supprimée.",
        (_, 201) => "La ressource a été créée.",
        (WriteOp.Create, _) => "La ressource existait déjà\u202f; rien n’a été ajouté.",
        _ => "La ressource a été mise à jour."
    };
}

/// <summary>The policy table is asked before a body is read: what is refused anyway is not received.</summary>
static class WriteRights
{
    public static void MustHave(FhirCall call, string type, Interaction interaction)
    {
        if (!call.Scope.Types.Allows(type, interaction)) throw StoreRefusals.TypeNotAllowed.With(type);
    }
}
