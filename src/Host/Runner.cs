using Socle.Platform;

namespace Socle.Host;

/// <summary>
/// Runs a verb where the data folder is: in this process when it is free, through the local socket of the server that owns it
/// otherwise. Whatever goes wrong for a reason that a person can mend is one sentence and a non-zero exit.
/// </summary>
static class Runner
{
    const string DefaultFolder = "data";

    public static async Task<int> Run(VerbCall call, CancellationToken stop)
    {
        try
        {
            return call.Verb is "run" or "serve" ? await Verbs.Serve.Run(call, FolderOf(call), stop) : await OnFolder(call, stop);
        }
        catch (Refusal refusal)
        {
            return await Say(refusal.French);
        }
        catch (SettingsException error)
        {
            return await Say(error.Message);
        }
        catch (IOException error) when (error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return await Say($"l’adresse d’écoute est déjà prise par un autre programme ({error.Message}). Choisissez-en une autre avec --urls.");
        }
        catch (System.Net.Sockets.SocketException error)
        {
            return await Say($"une adresse du réseau ne peut être prise ou jointe : {error.Message}.");
        }
        catch (Npgsql.NpgsqlException error)
        {
            return await Say($"PostgreSQL ne répond pas comme attendu : {error.Message}");
        }
        catch (UnauthorizedAccessException error)
        {
            return await Say($"un fichier ne peut être ouvert : {error.Message}");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130;
        }
    }

    public static string FolderOf(VerbCall call) => Path.GetFullPath(call.One("--data") ?? DefaultFolder);

    static async Task<int> OnFolder(VerbCall call, CancellationToken stop)
    {
        var folder = FolderOf(call);
        var verb = Verbs.Table.Find(call.Verb);
        var exists = DataFolder.Exists(folder);
        if (!exists && !verb.MakesFolder)
            return await Say(Directory.Exists(folder)
                ? $"le dossier {folder} n’est pas un dossier de données de Socle."
                : $"le dossier {folder} n’existe pas ; « socle » ou « socle seed --data {folder} » le crée.");
        var absolute = call with { Options = call.Options.ToDictionary(o => o.Key, o => o.Key == "paths" ? [.. o.Value.Select(Path.GetFullPath)] : o.Value) };
        var output = new TerminalOutput();
        try
        {
            // Invented people live in demonstration folders only; the default folder is one.
            var demo = !exists && (call.Verb == "seed" || call.One("--data") is null);
            await using var app = await SocleApp.Open(new SocleOptions
            {
                DataFolder = folder,
                Database = call.One("--db"),
                Demo = demo,
                Log = false,
                Urls = ["http://localhost:0"],
            }, ModuleList.All, stop);
            return await verb.Run(app.Services, absolute, output, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == PlatformRefusals.FolderInUse)
        {
            return await LocalSocket.Ask(DataFolder.SocketOf(folder), absolute, output, stop) ?? await Say(refusal.French);
        }
    }

    static async Task<int> Say(string sentence)
    {
        await Console.Error.WriteLineAsync("socle : " + sentence);
        return 1;
    }
}
