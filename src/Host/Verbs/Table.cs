namespace Socle.Host.Verbs;

/// <summary>What runs on a data folder, by its name on the command line.</summary>
/// <param name="MakesFolder">May make a folder that does not exist.</param>
sealed record Verb(Func<IServiceProvider, VerbCall, VerbOutput, CancellationToken, Task<int>> Run, bool MakesFolder = false);

static class Table
{
    static readonly Dictionary<string, Verb> Known = new()
    {
        ["seed"] = new(Seed.Run, MakesFolder: true),
        ["import"] = new(ImportFiles.Run, MakesFolder: true),
        ["import-report"] = new(ShowImportReport.Run),
        ["audit verify"] = new(VerifyAudit.Run),
        ["token"] = new(IssueToken.Run),
        ["suspend"] = new(SuspendProfessional.Run),
        ["annuaire-key"] = new(AnnuaireKey.Run),
        ["client-register"] = new(RegisterClient.Run),
        ["status"] = new(ShowStatus.Run),
    };

    public static Verb Find(string verb) => Known[verb];
}
