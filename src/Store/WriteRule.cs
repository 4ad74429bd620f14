using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// What a module demands of every write of its types, by whichever door it comes (single, batch, transaction, import). It runs in
/// the unit of the write and may refuse, change the body, add rows and writes of its own, or answer with what is there already.
/// </summary>
public abstract class WriteRule
{
    public abstract IReadOnlySet<string> Types { get; }

    public abstract ValueTask Apply(WriteContext write, CancellationToken stop);
}

/// <summary>One write as a rule sees it: its place is known, its references are rewritten, nothing is stored yet.</summary>
public sealed class WriteContext
{
    readonly WriteRun run;
    readonly PreparedWrite write;

    internal WriteContext(WriteRun run, PreparedWrite write) => (this.run, this.write) = (run, write);

    public Scope Scope => run.Scope;
    public WriteOptions Options => run.Options;

    /// <summary>Create, Update, Patch or Delete.</summary>
    public Interaction Interaction => write.Interaction;

    public string Type => write.Type;
    public string Id => write.VisibleId;
    public long Patient => write.Patient;
    public long Number => write.Number;

    /// <summary>As it will be stored, but for id and meta; null when something is deleted.</summary>
    public FhirDocument? Body => write.Body;

    /// <summary>The version that this write replaces or deletes.</summary>
    public Stored? Before => write.Before;

    /// <summary>The content of a Binary of this write.</summary>
    public StagedBlob? Blob => write.Blob;

    /// <summary>The writes that happen together, this one included: a transaction's.</summary>
    public IEnumerable<WriteContext> Together => run.Writes.Select(other => new WriteContext(run, other));

    /// <summary>What a search by the actor is read with: what they may not ask by is unknown in it.</summary>
    public SearchEnvironment SearchEnvironment => run.Parts.SearchEnvironment(run.Options.BaseUrl, run.Scope);

    /// <summary>Changes together with the write, or not at all. Rows only: no reads.</summary>
    public Unit Unit => run.Unit;

    internal List<SearchParam> NewParameters => run.NewParameters;

    /// <summary>Puts other bytes in place of the body; the later rules see them.</summary>
    public void Replace(byte[] body) => write.Replace(FhirDocument.Parse(body));

    /// <summary>It is let in all the same; who asks for an OperationOutcome reads this in it.</summary>
    public void Warn(RefusalIssue issue) => (write.Warnings ??= []).Add(issue);

    /// <summary>One more write in the same transaction (supersede the document that is replaced), by right of the rule.</summary>
    public void Add(WriteOp op) => run.AddByRule(op);

    /// <summary>Nothing is written: the answer is what stands there already, and references of the transaction lead to it.</summary>
    public void AnswerWith(Stored existing) => run.AnswerWith(write, existing);

    /// <summary>What the actor may see, untraced: the trace of the write covers it.</summary>
    public Task<IReadOnlyList<Stored>> Find(SearchQuery query, CancellationToken stop) => run.Find(query, stop);

    /// <summary>
    /// Looks through the whole record of this write's patient, also at what the actor may not see: to keep the record right, never to
    /// answer from. A refusal must not tell what was found.
    /// </summary>
    public Task<IReadOnlyList<Stored>> FindInRecord(SearchQuery query, CancellationToken stop) => run.FindInRecord(write, query, stop);

    /// <summary>The resource that a reference of this write leads to, wherever it stands; null when there is none.</summary>
    public Task<Stored?> Follow(string reference, CancellationToken stop) => run.Follow(reference, stop);
}
