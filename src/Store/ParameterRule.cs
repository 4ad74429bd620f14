using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// An active SearchParameter is one that can be searched with: it is checked before it is stored, and indexed in the background. A draft
/// or retired one is a document like any other.
/// </summary>
sealed class ParameterRule(StoreParts parts) : WriteRule
{
    // The definitions of R4 itself may be kept here to be read; they are in force already.
    const string OfR4 = "http://hl7.org/fhir/SearchParameter/";

    public override IReadOnlySet<string> Types { get; } = new HashSet<string> { "SearchParameter" };

    public override async ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        var all = await parts.Parameters.All(stop);
        var mine = write.Interaction == Interaction.Create ? []
            : all.Where(row => row.Resource == write.Number && SearchParameters.IsActive(row)).ToList();
        var wanted = Wanted(write, all, mine);
        if (mine.Count + wanted.Count == 0) return;
        if (write.Scope.Agent.Kind is not (AgentKind.Steward or AgentKind.System or AgentKind.Program) || write.Patient != 0)
            throw StoreRefusals.ParameterNotAllowed.With();
        foreach (var row in mine)
        {
            if (wanted.All(parameter => parameter.Number != row.Number)) SearchParameters.Retire(write.Unit, row.Number);
        }
        // In an empty database there is nothing to walk through.
        var state = wanted.Count > 0 && await parts.Scoped.TypeAfter(0, type => type != "SearchParameter", stop) is null ? SearchParameters.Complete : null;
        foreach (var parameter in wanted)
        {
            if (mine.Exists(row => row.Number == parameter.Number)) continue;
            SearchParameters.Insert(write.Unit, parts.Parameters.New(parameter, write.Number, Signature(parameter), state),
                () => StoreRefusals.WrittenMeanwhile.With());
            write.NewParameters.Add(parameter);
        }
        parts.Db.Changes.Tell(write.Unit, SearchParameters.Kind);
    }

    IReadOnlyList<SearchParam> Wanted(WriteContext write, List<SearchParameters.Known> all, List<SearchParameters.Known> mine)
    {
        if (write.Body is not { } body || body.Root["status"].Text != "active") return [];
        if (body.Root["url"].Text?.StartsWith(OfR4, StringComparison.Ordinal) == true) return [];
        var numbers = mine.Select(row => row.Number).ToHashSet();
        var others = SearchParamSet.With([.. parts.Parameters.Set.Custom.Where(parameter => !numbers.Contains(parameter.Number)), .. write.NewParameters]);
        var next = write.NewParameters.Select(parameter => parameter.Number).Concat(all.Select(row => row.Number)).Append(SearchParameters.LastOfR4).Max();
        // A new meaning gets a new number: what was hashed under the old one is never found again.
        var read = SearchParameters.Parse(body, others, _ => ++next);
        bool IsKnown(SearchParam parameter) =>
            mine.Exists(row => row.Type == parameter.Type && row.Code == parameter.Code && row.Signature == Signature(parameter));
        if (read.All(IsKnown))
            return SearchParameters.Parse(body, others, type => mine.First(row => row.Type == type).Number);
        return read;
    }

    long Signature(SearchParam parameter) => parts.Keys.Hash("store.parameter", string.Join('\n',
        [parameter.Kind.ToString(), parameter.Expression, .. parameter.IsKeyed ? (string[])["keyed"] : [], .. parameter.Targets, .. parameter.Components.Select(part => $"{part.Code} {part.Expression}")]));
}
