using Microsoft.AspNetCore.Http;
using Socle.Identities.Pages;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Identities;

/// <summary>A case is decided in two steps: what and why, then the whole sentence once more. Nothing is written before the second.</summary>
static class DecideCase
{
    static readonly string[] Decisions = ["keep-one", "keep-other", "different", "number-one", "number-other", "qualify-one", "qualify-other", "unmerge"];

    public static async Task<IResult> Show(string id, HttpContext http, CaseReader reader, CancellationToken stop) =>
        Page.Show<CasePage, CaseModel>(await reader.Detail(http.Agent(), await reader.Get(id, stop), Form.Empty, stop));

    /// <summary>The first step.</summary>
    public static async Task<IResult> Prepare(string id, HttpContext http, CaseReader reader, CancellationToken stop)
    {
        var about = await reader.Get(id, stop);
        var form = await Form.Read(http.Request, stop);
        var decision = form.ChoiceOf("decision", T["case.decision"], Decisions);
        var why = form.Required("motif", T["case.why"]);
        if (form.HasErrors) return Page.Again<CasePage, CaseModel>(await reader.Detail(http.Agent(), about, form, stop));
        return Page.Show<ConfirmPage, ConfirmModel>(await Model(about, decision, why, false, Form.Empty, reader, stop));
    }

    /// <summary>The second one.</summary>
    public static async Task<IResult> Confirm(string id, HttpContext http, CaseReader reader, MergePersons people, CancellationToken stop)
    {
        var about = await reader.Get(id, stop);
        var form = await Form.Read(http.Request, stop);
        var decision = form.ChoiceOf("decision", T["case.decision"], Decisions);
        var why = form.Required("motif", T["case.why"]);
        if (form.HasErrors) return Page.Again<CasePage, CaseModel>(await reader.Detail(http.Agent(), about, form, stop));
        try
        {
            await Act(http.Agent(), about, decision, why, form.Flag("garder"), reader, people, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == IdentitiesRefusals.WrittenSinceMerge)
        {
            form.Fail("garder", refusal.French);
            return Page.Again<ConfirmPage, ConfirmModel>(await Model(about, decision, why, true, form, reader, stop));
        }
        catch (Refusal refusal)
        {
            form.Fail("decision", refusal.French);
            return Page.Again<CasePage, CaseModel>(await reader.Detail(http.Agent(), about, form, stop));
        }
        return Page.SeeOther($"{IdentityCell.Path}/{id}", T["done." + decision.Split('-')[0]]);
    }

    static async Task Act(Agent agent, IdentityCase about, string decision, string why, bool keeps, CaseReader reader, MergePersons people, CancellationToken stop)
    {
        switch (decision)
        {
            case "keep-one": await people.Merge(agent, about.One, about.Other, why, stop); break;
            case "keep-other": await people.Merge(agent, about.Other, about.One, why, stop); break;
            case "number-one": await people.Distinguish(agent, about, about.One, why, stop); break;
            case "number-other": await people.Distinguish(agent, about, about.Other, why, stop); break;
            case "qualify-one": await people.Confirm(agent, about.One, why, stop); break;
            case "qualify-other": await people.Confirm(agent, about.Other, why, stop); break;
            case "unmerge": await people.Unmerge(agent, await reader.MergedOf(about, stop) ?? about.Other, why, keeps, stop); break;
            default: await people.Distinguish(agent, about, null, why, stop); break;
        }
    }

    static async Task<ConfirmModel> Model(IdentityCase about, string decision, string why, bool asksForNew, Form form, CaseReader reader, CancellationToken stop)
    {
        var line = await reader.Line(about, stop);
        return new(line, decision, T["confirm." + decision, line.One, line.Other], why, asksForNew, form);
    }

    static Texts T => Texts.Of(typeof(IdentitiesModule).Assembly);
}
