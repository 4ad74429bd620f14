using Microsoft.AspNetCore.WebUtilities;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>What one entry of a batch or transaction is answered.</summary>
sealed record EntryAnswer(int Status)
{
    public Stored? Resource { get; init; }
    public string? Location { get; init; }
    public ReadOnlyMemory<byte> Body { get; init; }
    public byte[]? Outcome { get; init; }

    public string StatusLine => $"{Status} {ReasonPhrases.GetReasonPhrase(Status)}".TrimEnd();

    public static EntryAnswer Of(FhirAnswer answer, bool headersOnly) =>
        new(answer.Status) { Resource = answer.Resource, Body = headersOnly ? default : answer.Body, Location = answer.Location };

    public static EntryAnswer Of(Refusal refusal) => new((int)refusal.Reason) { Outcome = Api.Outcome.Of(refusal) };

    /// <summary>In a bundle a resource comes back only when it was asked for: a hundred of them would be read by nobody.</summary>
    public static EntryAnswer Of(FhirCall call, WriteResult result)
    {
        var deleted = result.Op is WriteOp.Delete;
        return new EntryAnswer(result.Status)
        {
            Resource = result.Stored,
            Location = deleted ? null : WriteOne.Address(call, result.Stored),
            Body = !deleted && call.Prefer.Return == ReturnPreference.Representation ? result.Stored.Bytes : default,
            Outcome = call.Prefer.Return == ReturnPreference.OperationOutcome ? Api.Outcome.Done(WriteOne.Said(result), result.Warnings) : null
        };
    }
}
