using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>One write on its way: what it is about, where it goes, what it will be.</summary>
sealed class PreparedWrite(WriteOp op, int index, Scope scope, SearchParamSet parameters) : IDisposable
{
    readonly List<IDisposable> owned = [];
    List<IndexValue>? values;

    public WriteOp Op => op;

    /// <summary>Place among the operations asked for; -1 for one that a rule added.</summary>
    public int Index => index;

    public Scope Scope => scope;
    public string Type => op.Type;
    public Interaction Interaction { get; set; }
    public FhirDocument? Body { get; private set; }
    public HeadRow? Head { get; set; }
    public Stored? Before { get; set; }
    public FhirDocument? BeforeBody { get; private set; }
    public long Patient { get; set; }
    public long Number { get; set; }
    public string VisibleId { get; set; } = "";
    public string? Alias { get; set; }
    public string? FullUrl { get; set; }
    public long? IfMatch { get; set; }
    public StagedBlob? Blob { get; set; }
    public PatientCipher? Cipher { get; set; }

    /// <summary>Set when nothing is written: what stands there is the answer.</summary>
    public Stored? Answer { get; set; }

    /// <summary>What the rules have to say although they let it in.</summary>
    public List<RefusalIssue>? Warnings { get; set; }

    public bool IsNew => Head is null && Answer is null;
    public string Reference => Answer?.Reference ?? $"{Type}/{VisibleId}";

    /// <summary>The values that a search finds it by, extracted once per body.</summary>
    public List<IndexValue> Values
    {
        get
        {
            if (values is not null || Body is null) return values ?? [];
            values = [];
            Indexer.Extract(Body, values, parameters);
            return values;
        }
    }

    /// <summary>A body of somebody else's: it is not disposed here.</summary>
    public void Take(FhirDocument body) => (Body, values) = (body, null);

    public void Replace(FhirDocument body)
    {
        owned.Add(body);
        Take(body);
    }

    public void Replaces(HeadRow head, Stored before)
    {
        (Head, Before, Patient, Number, VisibleId) = (head, before, head.Patient, head.Number, before.Id);
        if (head.Deleted) return;
        BeforeBody = FhirDocument.Parse(before.Bytes);
        owned.Add(BeforeBody);
    }

    public void Dispose()
    {
        foreach (var document in owned) document.Dispose();
    }
}
