using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>POST to the base: a transaction happens whole or not at all; the entries of a batch stand alone.</summary>
static class SubmitBundle
{
    public static async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        Negotiation.MustBeFhir(call.Http.Request);
        var body = await FhirBody.Read(call, BodyLimits.Bundle, stop);
        using var document = body.Parse();
        using var bundle = Bundles.Parse(document, call.Base);
        var options = body.Options with { BaseUrl = call.Base };
        var answers = new List<EntryAnswer>(bundle.Entries.Count);
        foreach (var result in await Process(call, bundle, options, stop)) answers.Add(await Answer(call, result, stop));
        var type = bundle.Kind == BundleKind.Transaction ? "transaction-response" : "batch-response";
        return new FhirAnswer(200) { Body = BundleWriter.Response(type, call.Base, answers) };
    }

    static async Task<IReadOnlyList<EntryResult>> Process(FhirCall call, BundleRequest bundle, WriteOptions options, CancellationToken stop)
    {
        try
        {
            return await call.Store.Process(call.Scope, bundle, options, stop);
        }
        catch (FhirException error)
        {
            throw Outcome.Refuse(error);
        }
        catch (Refusal refusal) when (bundle.Kind == BundleKind.Transaction && bundle.Entries.Any(entry => entry.IsRead))
        {
            throw Renumbered(refusal, [.. bundle.Entries.Where(entry => !entry.IsRead)]);
        }
    }

    // The Store counts the writes it was given; the sender counts the entries, reads among them.
    static Refusal Renumbered(Refusal refusal, List<BundleEntry> writes)
    {
        const string Start = "Bundle.entry[";
        return new Refusal(refusal.Kind with { French = refusal.French }, [.. refusal.Issues.Select(issue =>
        {
            if (issue.Expression?.StartsWith(Start, StringComparison.Ordinal) != true) return issue;
            var close = issue.Expression.IndexOf(']', StringComparison.Ordinal);
            var counted = int.Parse(issue.Expression.AsSpan(Start.Length, close - Start.Length), System.Globalization.CultureInfo.InvariantCulture);
            return issue with { Expression = $"{Start}{writes[counted].Index}{issue.Expression[close..]}" };
        })]) { Actionable = refusal.Actionable };
    }

    // Reads come after the writes (FHIR R4 http.html#trules): they see what the transaction wrote.
    static async Task<EntryAnswer> Answer(FhirCall call, EntryResult result, CancellationToken stop)
    {
        if (result.Write is { } write) return EntryAnswer.Of(call, write);
        try
        {
            return result.Failure is null
                ? EntryAnswer.Of(await Read(call, result.Entry, stop))
                : EntryAnswer.Of(result.Failure as Refusal ?? Outcome.Refuse((FhirException)result.Failure));
        }
        catch (Refusal refusal)
        {
            return EntryAnswer.Of(refusal);
        }
        catch (FhirException error)
        {
            return EntryAnswer.Of(Outcome.Refuse(error));
        }
    }

    /// <summary>The same code that answers the single request, with the same scope.</summary>
    static async Task<FhirAnswer> Read(FhirCall call, BundleEntry entry, CancellationToken stop)
    {
        var path = entry.Url.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path switch
        {
            ["metadata"] => new FhirAnswer(200) { Body = call.Services.Capabilities.Of(call.Base) },
            ["_history"] => await ListHistory.Answer(call, null, null, entry.Query, stop),
            [var type] => await SearchType.Answer(call, FhirCall.KnownType(type), Criteria.Read(entry.Query), stop),
            [var type, "_history"] => await ListHistory.Answer(call, FhirCall.KnownType(type), null, entry.Query, stop),
            [var type, var id] => await Inline(call, await ReadResource.Answer(call, FhirCall.KnownType(type), FhirCall.KnownId(id), stop), stop),
            [var type, var id, "_history"] => await ListHistory.Answer(call, FhirCall.KnownType(type), FhirCall.KnownId(id), entry.Query, stop),
            [var type, var id, "_history", var version] =>
                await Inline(call, await ReadVersion.Answer(call, FhirCall.KnownType(type), FhirCall.KnownId(id), version, stop), stop),
            _ => throw ApiRefusals.UnknownRoute.With()
        };
    }

    // A bundle has room for a resource only: the content of a Binary stands in it, in base64.
    static async Task<FhirAnswer> Inline(FhirCall call, FhirAnswer answer, CancellationToken stop)
    {
        if (answer.Resource is not { Type: "Binary" } binary) return answer;
        var whole = await BinaryContent.Answer(call, binary, raw: false, stop);
        if (whole.Stream is null) return whole;
        using var bytes = new MemoryStream();
        await whole.Stream(bytes, stop);
        return whole with { Stream = null, Body = bytes.ToArray() };
    }
}
