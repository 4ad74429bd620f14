using Socle.Fhir;

namespace Socle.Terminology;

/// <summary>The value set that is asked about: a loaded one, one that the request brings, or one of R4's own.</summary>
sealed class AskedSet
{
    readonly IReadOnlyDictionary<string, string[]>? codes;

    public AskedSet(ValueSetTable table) => (Table, Url, Version, Id) = (table, table.Url, table.Version, table.Id);

    AskedSet(string url, IReadOnlyDictionary<string, string[]> codes) => (Url, Version, this.codes) = (url, "4.0.1", codes);

    public ValueSetTable? Table { get; }
    public string? Url { get; }
    public string? Version { get; }
    public string? Id { get; }

    public static AskedSet Find(TerminologyIndex index, Asked asked)
    {
        if (asked.Resource("valueSet", "ValueSet") is { Exists: true } brought) return new(ValueSetTable.Of(brought));
        var url = asked.Text("url") ?? throw TerminologyRefusals.MissingParameter.With("url");
        var version = asked.Text("valueSetVersion");
        if (index.Set(url, version) is { } table) return new(table);
        return TerminologyIndex.OfR4(version is null ? url : $"{Canonicals.Split(url).Url}|{version}") is { } codes
            ? new(Canonicals.Split(url).Url, codes) : throw TerminologyRefusals.UnknownSet.With(version is null ? url : $"{url}|{version}");
    }

    public ValueSetContent Content(TerminologyIndex index)
    {
        try
        {
            return codes is not null ? index.ContentOf(codes) : index.Content(Table!);
        }
        catch (FhirException error)
        {
            throw TerminologyRefusals.BadValueSet.With([.. error.Issues.Select(i => new Platform.RefusalIssue(i.Severity, i.Code, i.Expression, i.Diagnostics))]);
        }
    }
}
