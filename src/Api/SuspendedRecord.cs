using Microsoft.AspNetCore.Http;
using Socle.Access;

namespace Socle.Api;

/// <summary>Two people claim one INS: whoever takes part in the care of either hears that sharing waits for the identity cell. To anybody else such a record is as unknown as ever.</summary>
static class SuspendedRecord
{
    /// <summary>Of the address and its parameters, where something is read.</summary>
    public static void MustNotBeRead(FhirCall call)
    {
        if (call.Scope.Suspended.Count == 0 || HttpMethods.IsPut(call.Method) || HttpMethods.IsPatch(call.Method) || HttpMethods.IsDelete(call.Method)) return;
        MustNotBeNamed(call, [.. call.Http.Request.RouteValues.Values.OfType<string>(), .. call.Query.Select(pair => pair.Value)]);
    }

    /// <param name="call">Who asks.</param>
    /// <param name="named">Ids, references, and lists of them.</param>
    public static void MustNotBeNamed(FhirCall call, IEnumerable<string> named)
    {
        if (call.Scope.Suspended.Count == 0) return;
        foreach (var part in named.SelectMany(value => value.Split(',', '/')))
            if (call.Services.Keys.TryReadId(part, out var patient, out _) && call.Scope.Suspended.Contains(patient)) throw AccessRefusals.SharingSuspended.With();
    }
}
