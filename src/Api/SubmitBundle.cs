using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>POST to the base: a transaction happens whole or not at all; the entries of a batch stand alone.</summary>
static class SubmitBundle
{
    public static async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        Negotiation.MustBeJson(call.Http.Request);
        var body = await FhirBody.Read(call, BodyLimits.Bundle, stop);
        using var bundle = body.Parse();
        if (bundle.ResourceType != "Bundle") throw ApiRefusals.WrongType.With("un Bundle", bundle.ResourceType);
        return bundle.Root["type"].Text switch
        {
            "transaction" => await Transaction(call, bundle, body, stop),
            "batch" => await Batch(call, bundle, body, stop),
            var type => throw ApiRefusals.BadBundle.With($"son type est «\u00a0{type}\u00a0», «\u00a0transaction\u00a0» ou «\u00a0batch\u00a0» est attendu")
        };
    }

    static async Task<FhirAnswer> Transaction(FhirCall call, FhirDocument bundle, FhirBody body, CancellationToken stop)
    {
        var entries = BundleEntries.Read(bundle, call.Base);
        var writes = entries.Where(entry => !entry.IsRead).ToList();
        var ops = new List<WriteOp>(writes.Count);
        try
        {
            foreach (var entry in writes) ops.Add(InEntry(entry, entry.ToOp));
            var results = ops.Count == 0 ? [] : await Write(call, ops, writes, body, stop);
            var answers = new EntryAnswer[entries.Count];
            for (var i = 0; i < writes.Count; i++) answers[writes[i].Index] = EntryAnswer.Of(call, WriteOne.ResultOf(results, ops[i]));
            // Reads come last (FHIR R4 http.html#trules): they see what the transaction wrote.
            foreach (var entry in entries.Where(entry => entry.IsRead)) answers[entry.Index] = await Alone(() => Read(call, entry, stop));
            return new FhirAnswer(200) { Body = BundleWriter.Response("transaction-response", call.Base, answers) };
        }
        finally
        {
            foreach (var op in ops) Close(op);
        }
    }

    static async Task<IReadOnlyList<WriteResult>> Write(
        FhirCall call, List<WriteOp> ops, List<BundleEntry> writes, FhirBody body, CancellationToken stop)
    {
        try
        {
            return await call.Store.Write(call.Scope, ops, body.Options with { BaseUrl = call.Base }, stop);
        }
        catch (FhirException error)
        {
            throw Outcome.Refuse(error);
        }
        catch (Refusal refusal) when (writes.Count > 0 && writes[^1].Index != writes.Count - 1)
        {
            throw Renumbered(refusal, writes);
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
            return issue with { Expression = $"{writes[counted].Path}{issue.Expression[(close + 1)..]}" };
        })]) { Actionable = refusal.Actionable };
    }

    static async Task<FhirAnswer> Batch(FhirCall call, FhirDocument bundle, FhirBody body, CancellationToken stop)
    {
        var entries = BundleEntries.Read(bundle, call.Base);
        var answers = new List<EntryAnswer>(entries.Count);
        foreach (var entry in entries)
            answers.Add(await Alone(() => entry.IsRead ? Read(call, entry, stop) : WriteAlone(call, entry, body, stop)));
        return new FhirAnswer(200) { Body = BundleWriter.Response("batch-response", call.Base, answers) };
    }

    static async Task<EntryAnswer> WriteAlone(FhirCall call, BundleEntry entry, FhirBody body, CancellationToken stop)
    {
        var op = InEntry(entry, entry.ToOp);
        try
        {
            var results = await call.Store.Write(call.Scope, [op], body.Options with { BaseUrl = call.Base }, stop);
            return EntryAnswer.Of(call, WriteOne.ResultOf(results, op));
        }
        finally
        {
            Close(op);
        }
    }

    /// <summary>The same code that answers the single request, with the same scope.</summary>
    static async Task<EntryAnswer> Read(FhirCall call, BundleEntry entry, CancellationToken stop)
    {
        var target = entry.Target;
        return EntryAnswer.Of(target switch
        {
            { History: true } => await ListHistory.Answer(call, target.Type, target.Id, target.Query, stop),
            { Id: { } id, Version: { } version } => await ReadVersion.Answer(call, target.Type, id, version, stop),
            { Id: { } id } => await Inline(call, await ReadResource.Answer(call, target.Type, id, stop), stop),
            _ => await SearchType.Answer(call, target.Type, Criteria.Read(target.Query), stop)
        });
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

    static async Task<EntryAnswer> Alone(Func<Task<EntryAnswer>> answer)
    {
        try
        {
            return await answer();
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

    static WriteOp InEntry(BundleEntry entry, Func<WriteOp> read)
    {
        try
        {
            return read();
        }
        catch (FhirException error)
        {
            throw Outcome.Refuse(error, entry.Path + ".resource");
        }
        catch (Refusal refusal)
        {
            throw Outcome.Under(entry.Path, refusal);
        }
    }

    static void Close(WriteOp op)
    {
        switch (op)
        {
            case WriteOp.Create create: create.Body.Dispose(); break;
            case WriteOp.Update update: update.Body.Dispose(); break;
            case WriteOp.Patch patch: patch.Parameters.Dispose(); break;
        }
    }
}
