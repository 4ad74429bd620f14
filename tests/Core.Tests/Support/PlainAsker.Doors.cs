using Socle.Fhir;

namespace Socle.Support;

/// <summary>The other doors of search: several types at once, and compartments.</summary>
public sealed partial class PlainAsker
{
    // Each condition must mean the same for each type.
    PlainQuestion OfSeveral(PlainView view)
    {
        var types = Enumerable.Range(0, random.Next(2, 5)).Select(_ => Any(Types)).Distinct().ToList();
        about = plain.Items.Where(item => types.Contains(item.Type) && view.Visible.Contains(item)).OrderBy(_ => random.Next()).FirstOrDefault()
            ?? Any(plain.Items);
        var common = used[types[0]].Where(param => param.Code != "_id" && types.TrueForAll(type => plain.Params.Find(type, param.Code)?.Kind == param.Kind)).ToList();
        var conditions = Enumerable.Range(0, common.Count == 0 ? 0 : random.Next(1, 3)).Select(_ => Common(types, Any(common))).ToList<PlainCondition>();
        return new PlainQuestion(types[0], conditions)
        {
            Types = types,
            Inside = Chance(3) ? CompartmentOf(about) : null,
            Sort = random.Next(4) switch { 0 => [("_id", Chance(2))], 1 => [("_lastUpdated", Chance(2))], _ => [] },
            Includes = Chance(4) ? [Include(types[0])] : [],
            Count = Chance(3) ? random.Next(2, 8) : 200,
        };
    }

    PlainClause Common(List<string> types, SearchParam param)
    {
        if (Chance(10)) return new PlainClause(param.Code, "missing", false, [new Wanted("", Chance(2) ? "true" : "false")]);
        var type = about is { } one && types.Contains(one.Type) ? one.Type : types[0];
        var own = plain.Params.Find(type, param.Code)!;
        var modifier = param.Kind == SearchKind.Token && Chance(6) ? "not" : null;
        return new PlainClause(param.Code, modifier, param.Kind == SearchKind.Token, [Wanted(type, own, modifier)]);
    }

    // Mostly one that the resource is in.
    string CompartmentOf(PlainItem item)
    {
        var kinds = new[] { "Patient", "Patient", "Encounter", "Practitioner" };
        var kind = Any(kinds);
        var its = Definitions.Compartment(kind, item.Type).Select(code => plain.Params.Find(item.Type, code)).OfType<SearchParam>()
            .SelectMany(param => plain.Values(item, param))
            .Select(value => plain.Items.FirstOrDefault(other => other.Type == kind && other.ToString() == value.Text)).OfType<PlainItem>().ToList();
        var subject = its.Count > 0 && !Chance(4) ? Any(its) : Any([.. plain.Items.Where(other => other.Type == kind)]);
        return Chance(4) ? $"{subject.Type}/{subject.ExternalId}" : subject.ToString();
    }
}
