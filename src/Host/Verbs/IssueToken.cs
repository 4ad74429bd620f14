using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.SignIn;

namespace Socle.Host.Verbs;

/// <summary>A bearer token for the API, of a demonstration folder only; the last line is the token.</summary>
static class IssueToken
{
    static readonly string[] Kinds = ["--system", "--professional", "--citizen"];
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static async Task<int> Run(IServiceProvider services, VerbCall call, VerbOutput output, CancellationToken stop)
    {
        if (!services.GetRequiredService<DataFolder>().IsDemonstration)
            return await Refuse(output, "ce dossier n’est pas de démonstration ; les jetons y viennent de la connexion.");
        var named = Kinds.Where(call.Has).ToList();
        if (named is not [var kind]) return await Refuse(output, "dites pour qui : --system NOM, --professional RPPS ou --citizen INS, un seul des trois.");
        var keys = services.GetRequiredService<Keys>();
        var agent = kind switch
        {
            "--system" => System(call, keys),
            "--professional" => Professional(call.One("--professional")!, keys),
            _ => await Citizen(services, call.One("--citizen")!, keys, stop),
        };
        if (agent is null) return await Refuse(output, $"« {call.One(kind)} » n’est pas connu dans ce dossier.");
        var scopes = call.One("--scopes") ?? agent.Kind switch
        {
            AgentKind.Citizen => "patient/*.cruds",
            AgentKind.Professional => "user/*.cruds",
            _ => "system/*.cruds",
        };
        await output.Error($"Jeton de {agent.Name}, étendues {scopes}, valable {Lifetime.TotalHours:0} heures :");
        await output.Line(services.GetRequiredService<Tokens>().Issue(new(agent, scopes, Lifetime, Access.Purposes.Of(agent.Kind))));
        return 0;
    }

    // A software of one structure, or, in demonstration, one that acts for the operator.
    static Agent? System(VerbCall call, Keys keys)
    {
        var name = call.One("--system")!;
        if (call.One("--structure") is not { } finess || call.Has("--steward")) return Agents.Steward(keys, name);
        if (!Finess.TryParse(finess, out _)) return null;
        var known = Population.Actors.FirstOrDefault(a => a.Finess == finess)?.StructureName;
        return Agents.System(keys, name, finess, known);
    }

    static Agent? Professional(string rpps, Keys keys) =>
        Population.Actors.FirstOrDefault(a => a.Rpps == rpps) is { } actor
            ? Agents.Professional(keys, actor.Rpps, actor.ShownName, actor.Role, actor.Finess, actor.StructureName)
            : null;

    static async Task<Agent?> Citizen(IServiceProvider services, string ins, Keys keys, CancellationToken stop) =>
        await services.GetRequiredService<IdentitySearch>().LookUp(null, ins, stop) is Found.One { Card: var card }
            ? Agents.Citizen(keys, card.PatientKey, card.Id, card.ShownName)
            : null;

    static async Task<int> Refuse(VerbOutput output, string sentence)
    {
        await output.Error("socle : " + sentence);
        return 1;
    }
}
