using Socle.Api;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Terminology;

/// <summary>CodeSystem/$subsumes: how two codes of one system stand to each other.</summary>
sealed class SubsumeCodes(TerminologyDesk desk)
{
    public async Task<FhirAnswer> OfType(FhirCall call, CancellationToken stop)
    {
        using var asked = await Asked.Read(call, stop);
        var index = await desk.Complete(stop);
        var (a, b) = (One(asked, null, "A"), One(asked, null, "B"));
        var system = a.System ?? b.System ?? throw TerminologyRefusals.MissingParameter.With("system");
        if (index.NameOf(system) != index.NameOf(b.System ?? system)) throw TerminologyRefusals.BadParameter.With("codingB", "les deux codes doivent être du même système");
        return Answer(index.System(system, asked.Text("version")) ?? throw TerminologyRefusals.UnknownSystem.With(system), a.Code, b.Code);
    }

    public async Task<FhirAnswer> OfInstance(FhirCall call, CancellationToken stop)
    {
        using var asked = await Asked.Read(call, stop);
        await desk.Complete(stop);
        var table = desk.System(call.Id) ?? throw StoreRefusals.NotFound.With();
        return Answer(table, One(asked, table.Url, "A").Code, One(asked, table.Url, "B").Code);
    }

    static AskedCode One(Asked asked, string? system, string which) =>
        asked.Codes(system, "code" + which, "coding" + which, null) is [var one, ..] ? one : throw TerminologyRefusals.MissingParameter.With($"code{which} ou coding{which}");

    static FhirAnswer Answer(CodeSystemTable table, string a, string b)
    {
        foreach (var code in (string[])[a, b])
            if (table.Find(code) is null) throw TerminologyRefusals.UnknownCode.With(code, table.Url);
        var outcome = table.Find(a) == table.Find(b) ? "equivalent" : table.Subsumes(a, b) ? "subsumes" : table.Subsumes(b, a) ? "subsumed-by" : "not-subsumed";
        return Answers.Parameters(json => json.Text("outcome", outcome, "valueCode"));
    }
}
