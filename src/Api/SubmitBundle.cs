using Microsoft.AspNetCore.Routing;
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
        using var bundle = Bundles.Parse(document, call.Base, call.SearchEnvironment);
        var options = body.Options with { BaseUrl = call.Base };
        var once = call.Services.Idempotency.Of(call);
        using var held = once?.Hold();
        var results = once is null ? await Process(call, bundle, options, stop)
            : bundle.Kind == BundleKind.Transaction ? await TogetherOnce(call, bundle, options, once, stop)
            : await AloneOnce(call, bundle, options, once, stop);
        var answers = new List<EntryAnswer>(bundle.Entries.Count);
        foreach (var result in results) answers.Add(await Answer(call, result, stop));
        var type = bundle.Kind == BundleKind.Transaction ? "transaction-response" : "batch-response";
        return new FhirAnswer(200) { Body = BundleWriter.Response(type, call.Base, answers) };
    }

    static async Task<IReadOnlyList<EntryResult>> TogetherOnce(
        FhirCall call, BundleRequest bundle, WriteOptions options, Idempotency.OnceOnly once, CancellationToken stop)
    {
        var writes = bundle.Entries.Where(entry => !entry.IsRead).ToList();
        if (await once.Before(call, writes.ConvertAll(entry => entry.ToOp()), null, stop) is not { } before)
            return await Process(call, bundle, once.With(options, null), stop);
        var ofEntry = writes.Zip(before).ToDictionary(pair => pair.First.Index, pair => pair.Second);
        return [.. bundle.Entries.Select(entry => new EntryResult(entry, ofEntry.GetValueOrDefault(entry.Index), null))];
    }

    // Its entries stand alone, so each is remembered alone: a retry does those that were not done.
    static async Task<IReadOnlyList<EntryResult>> AloneOnce(
        FhirCall call, BundleRequest bundle, WriteOptions options, Idempotency.OnceOnly once, CancellationToken stop)
    {
        var results = new List<EntryResult>();
        foreach (var entry in bundle.Entries)
        {
            var before = entry is { IsRead: false, Fault: null } ? await once.Before(call, [entry.ToOp()], entry.Index, stop) : null;
            if (before is not null) results.Add(new(entry, before[0], null));
            else results.AddRange(await Process(call, new(BundleKind.Batch, [entry]), once.With(options, entry.Index), stop));
        }
        return results;
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
        if (result.Failure is Refusal no) call.Services.Refused.Note(call.Http, no, result.Entry.Url);
        try
        {
            return result.Failure is null
                ? EntryAnswer.Of(await Read(call, result.Entry, stop), headersOnly: result.Entry.Method == "HEAD")
                : EntryAnswer.Of(result.Failure as Refusal ?? Outcome.Refuse((FhirException)result.Failure));
        }
        catch (Refusal refusal)
        {
            call.Services.Refused.Note(call.Http, refusal, result.Entry.Url);
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
        SuspendedRecord.MustNotBeNamed(call, [entry.Url.Split('?')[0], .. Criteria.Read(entry.Query).Select(pair => pair.Value)]);
        if (entry.IsOperation) return await Operate(call, entry, stop);
        var path = entry.Url.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path switch
        {
            [var type, "_search"] => await SearchType.Answer(call, FhirCall.KnownType(type), Criteria.Read(entry.Query), stop),
            ["metadata"] => new FhirAnswer(200) { Body = call.Services.Capabilities.Of(call.Base) },
            ["_history"] => await ListHistory.Answer(call, null, null, entry.Query, stop),
            [] => await SearchSystem.Answer(call, Criteria.Read(entry.Query), stop),
            [var type, var id, var child] when !child.StartsWith('_') =>
                await SearchCompartment.Answer(call, FhirCall.KnownType(type), FhirCall.KnownId(id), child, Criteria.Read(entry.Query), stop),
            [var type] => await SearchType.Answer(call, FhirCall.KnownType(type), Criteria.Read(entry.Query), stop),
            [var type, "_history"] => await ListHistory.Answer(call, FhirCall.KnownType(type), null, entry.Query, stop),
            [var type, var id] => await Inline(call, await ReadResource.Answer(call, entry, FhirCall.KnownType(type), FhirCall.KnownId(id), stop), stop),
            [var type, var id, "_history"] => await ListHistory.Answer(call, FhirCall.KnownType(type), FhirCall.KnownId(id), entry.Query, stop),
            [var type, var id, "_history", var version] =>
                await Inline(call, await ReadVersion.Answer(call, FhirCall.KnownType(type), FhirCall.KnownId(id), version, stop), stop),
            _ => throw ApiRefusals.UnknownRoute.With()
        };
    }

    static async Task<FhirAnswer> Operate(FhirCall call, BundleEntry entry, CancellationToken stop)
    {
        var values = new RouteValueDictionary();
        var operation = call.Services.Routes.Find(entry.Method == "HEAD" ? "GET" : entry.Method, entry.Url.Split('?')[0], values)
            ?? throw ApiRefusals.UnknownRoute.With();
        var answer = await operation.Handle(call.Of(entry, values), stop);
        return answer.Stream is null ? answer : throw ApiRefusals.NotInBatch.With();
    }

    // A bundle has room for a resource only: the content of a Binary stands in it, in base64.
    static async Task<FhirAnswer> Inline(FhirCall call, FhirAnswer answer, CancellationToken stop) =>
        answer is { Resource: { Type: "Binary" } binary, Status: 200 } ? answer with { Body = await BinaryContent.Whole(call, binary, stop) } : answer;
}
