using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Socle.Host;

/// <summary>Reads the terminal's words. What a verb does is in <c>Verbs/</c>; nothing here knows.</summary>
static class CommandLine
{
    static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");

    public static async Task<int> Run(string[] args, Func<VerbCall, CancellationToken, Task<int>> run)
    {
        CultureInfo.CurrentUICulture = French;   // the headings of --help
        var root = Root(run);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
            await Console.Error.WriteLineAsync(unknown is null
                ? $"socle : {Fault(parsed.Errors[0])} ; voyez « socle --help »."
                : $"socle : « {unknown} » n’est ni un verbe ni une option que Socle connaît ici ; voyez « socle --help ».");
            return 2;
        }
        return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
    }

    static string Fault(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens: [] } option => $"{option.Option.Name} attend une valeur",
        OptionResult { Tokens: [var only] } option => $"« {only.Value} » ne convient pas à {option.Option.Name}",
        OptionResult option => $"{option.Option.Name} n’attend qu’une valeur",
        ArgumentResult argument => $"il manque : {argument.Argument.Name}",
        _ => "il manque un verbe",
    };

    static RootCommand Root(Func<VerbCall, CancellationToken, Task<int>> run)
    {
        Option data = new Option<string>("--data") { Description = "Dossier de données (./data par défaut)", HelpName = "DOSSIER" };
        Option db = new Option<string>("--db") { Description = "Chaîne de connexion PostgreSQL ; SQLite dans le dossier sinon", HelpName = "Host=…" };
        Option urls = new Option<string>("--urls") { Description = "Adresse d’écoute", HelpName = "http://localhost:5080" };
        Option patients = new Option<int>("--patients") { Description = "Nombre de personnes inventées", HelpName = "N" };

        var root = new RootCommand("Socle, la plateforme nationale de santé numérique en un programme. Sans verbe : crée ./data, y met une population de démonstration et sert sur http://localhost:5080.");
        Complete(root, "run", run, [data, db, urls, patients]);
        root.Add(Complete(new Command("serve", "Sert les pages et l’API FHIR"), "serve", run,
            [urls, data, db, Flag("--demo", "Mode de démonstration (adresse locale seulement)")]));
        root.Add(Complete(new Command("seed", "Ajoute des personnes inventées"), "seed", run, [patients, data, db]));
        root.Add(Complete(new Command("import", "Importe des fichiers ou des dossiers : FHIR JSON, NDJSON, CDA, PDF, extractions RPPS et FINESS"), "import", run,
        [
            data, db, new Option<string>("--ins") { Description = "INS de la personne pour les PDF", HelpName = "INS" },
            Flag("--open-records", "Ouvre un dossier provisoire depuis l’en-tête d’un CDA"), Flag("--json", "Une ligne JSON par fichier"),
            new Option<string>("--encoding") { Description = "Encodage des extractions RPPS et FINESS : utf-8 (par défaut) ou cp1252", HelpName = "ENCODAGE" },
            Flag("--allow-removals", "Retire de l’annuaire même beaucoup de lignes qui ne sont plus dans l’extraction"),
        ], new Argument<string[]>("chemins") { Description = "Fichiers ou dossiers", Arity = ArgumentArity.OneOrMore }));
        root.Add(Complete(new Command("import-report", "Dit ce qu’une reprise d’extraction a changé, ligne par ligne ; sans numéro, les dernières reprises"), "import-report", run,
            [data, db, new Option<long>("--run") { Description = "La reprise, par son numéro", HelpName = "N" }, Flag("--json", "Une ligne JSON par changement")]));
        var audit = new Command("audit", "Journal d’accès");
        audit.Add(Complete(new Command("verify", "Vérifie que le journal n’a pas été altéré"), "audit verify", run, [data, db]));
        root.Add(audit);
        root.Add(Complete(new Command("token", "Donne un jeton d’API (dossier de démonstration seulement)"), "token", run,
        [
            data, db, new Option<string>("--system") { Description = "Pour un logiciel", HelpName = "NOM" },
            new Option<string>("--professional") { Description = "Pour un professionnel", HelpName = "RPPS" },
            new Option<string>("--citizen") { Description = "Pour un citoyen", HelpName = "INS" },
            new Option<string>("--structure") { Description = "Le logiciel agit pour cette structure", HelpName = "FINESS" },
            Flag("--steward", "Le logiciel voit tout (par défaut en démonstration)"),
            new Option<string>("--scopes") { Description = "Étendues SMART, séparées par des blancs", HelpName = "system/*.cruds" },
        ]));
        root.Add(Complete(new Command("suspend", "Suspend un professionnel : ses sessions et ses jetons n’ouvrent plus rien, l’annuaire le montre inactif"), "suspend", run,
        [
            data, db, new Option<string>("--rpps") { Description = "Le professionnel", HelpName = "RPPS" },
            new Option<string>("--why") { Description = "Pourquoi ; gardé dans la trace", HelpName = "RAISON" },
            new Option<string>("--since") { Description = "À partir de quand (maintenant par défaut)", HelpName = "2026-11-22T10:00" }, Flag("--lift", "Lève la suspension"),
        ]));
        root.Add(Complete(new Command("annuaire-key", "Donne une clé de l’interface Annuaire Santé ; sans nom, dit celles qui existent"), "annuaire-key", run,
        [
            data, db, new Option<string>("--system") { Description = "Pour ce logiciel", HelpName = "NOM" }, Flag("--restricted", "Ouvre la vue restreinte (liste rouge, numéros de carte, coordonnées personnelles)"),
            new Option<int>("--quota") { Description = "Requêtes par seconde (celles du réglage sinon)", HelpName = "N" },
            Flag("--revoke", "Retire la clé de ce nom"),
        ]));
        root.Add(Complete(new Command("client-register", "Enregistre un logiciel auprès du fournisseur d’identité, validé d’emblée ; sans nom, dit ceux qui existent"), "client-register", run,
        [
            data, db, new Option<string>("--name") { Description = "Nom montré aux gens", HelpName = "NOM" },
            new Option<string>("--profile") { Description = "strict (par défaut), psc ou smart", HelpName = "PROFIL" },
            new Option<string>("--redirect") { Description = "Adresses de retour, séparées par des blancs", HelpName = "https://…" },
            new Option<string>("--logout") { Description = "Adresses de retour après la déconnexion", HelpName = "https://…" },
            new Option<string>("--backchannel") { Description = "Adresse où annoncer une fin de session", HelpName = "https://…" },
            new Option<string>("--scopes") { Description = "Étendues, séparées par des blancs (openid par défaut)", HelpName = "ÉTENDUES" },
            new Option<string>("--keys") { Description = "Fichier d’un jeu de clés publiques, ou l’adresse https où il se lit", HelpName = "FICHIER" },
            new Option<string>("--certificate") { Description = "Empreinte SHA-256 (base64url) de son certificat", HelpName = "EMPREINTE" },
            new Option<string>("--structure") { Description = "Structure pour laquelle il agit sans personne", HelpName = "FINESS" },
            new Option<string>("--contact") { Description = "Courriel de l’éditeur", HelpName = "COURRIEL" },
            Flag("--ciba", "Peut demander l’accord sur le téléphone"), Flag("--public", "Ne peut pas garder de secret"),
            new Option<string>("--validate") { Description = "Valide celui qui attend sous cet identifiant", HelpName = "ID" },
            new Option<string>("--revoke") { Description = "Retire celui de cet identifiant", HelpName = "ID" },
        ]));
        root.Add(Complete(new Command("status", "Dit ce que contient le dossier et si un serveur le tient"), "status", run, [data, db]));
        root.Add(Script("bench", "Mesure, à côté de la limite brute de la machine (par le script ./socle)"));
        root.Add(Script("test", "Lance les tests (par le script ./socle)"));
        return root;
    }

    static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    static Command Script(string name, string description)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(async (_, _) =>
        {
            await Console.Error.WriteLineAsync($"socle : « {name} » se lance depuis les sources, par le script ./socle {name}.");
            return 2;
        });
        return command;
    }

    static Command Complete(Command command, string verb, Func<VerbCall, CancellationToken, Task<int>> run, IReadOnlyList<Option> options, Argument? argument = null)
    {
        foreach (var option in options) command.Add(option);
        if (argument is not null) command.Add(argument);
        command.SetAction((parsed, stop) =>
        {
            var given = new Dictionary<string, string[]>();
            foreach (var option in options)
                if (parsed.GetResult(option) is { Implicit: false } result)
                    given[option.Name] = [.. result.Tokens.Select(t => t.Value)];
            if (argument is not null) given["paths"] = [.. parsed.GetResult(argument)!.Tokens.Select(t => t.Value)];
            return run(new VerbCall(verb, given), stop);
        });
        return command;
    }
}
