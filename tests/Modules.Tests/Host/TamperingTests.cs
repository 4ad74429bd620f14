using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Socle.Modules.Tests.Host;

/// <summary>Somebody with the database file and a SQL prompt changes the audit log of a stopped folder: the verb names what was done.</summary>
public sealed class TamperingTests(StoppedFolder stopped) : IClassFixture<StoppedFolder>, IDisposable
{
    readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public async Task An_untouched_log_is_whole() =>
        (await Verify(temporary.CopyOf(stopped.Data))).ShouldSucceed().Output.Trim().ShouldStartWith("Journal intact");

    public static TheoryData<string, string, string> Ways => new()
    {
        { "edited", "update platform_audit set entry = cast(substr(entry, 1, 30) || x'00' || substr(entry, 32) as blob) where seq = {middle}", "l’entrée n° {middle} a été modifiée" },
        { "edited with its hash", "update platform_audit set entry = x'00', hash = x'00' where seq = {middle}", "l’entrée n° {middle} a été modifiée" },
        { "given to another person", "update platform_audit set patient = patient + 1 where seq = {middle}", "l’entrée n° {middle} a été modifiée" },
        { "removed", "delete from platform_audit where seq = {middle}", "l’entrée n° {middle} a été retirée" },
        { "the last removed", "delete from platform_audit where seq = {last}", "l’entrée n° {last} a été retirée" },
        {
            "the last removed and the count set back", "delete from platform_audit where seq = {last}; update platform_audit_log set seq = seq - 1, drained = min(drained, seq - 1)",
            "combien il compte d’entrées"
        },
        {
            "two swapped", "update platform_audit set seq = -1 where seq = {middle}; update platform_audit set seq = {middle} where seq = {last}; update platform_audit set seq = {last} where seq = -1",
            "l’entrée n° {last} a été déplacée, sa place est le n° {middle}"
        },
        {
            "one added", "insert into platform_audit (log, seq, patient, entry, hash, mac) select log, {last} + 1, patient, entry, hash, mac from platform_audit where seq = {middle}",
            "l’entrée n° {after} a été ajoutée à la main"
        },
        { "all removed", "delete from platform_audit", "l’entrée n° 1 a été retirée" },
        { "a signed head removed", "delete from platform_audit_head where number = 1", "La tête signée n° 1" },
    };

    [Theory, MemberData(nameof(Ways))]
    public async Task What_was_done_by_hand_is_named(string way, string sql, string sentence)
    {
        var folder = temporary.CopyOf(stopped.Data);
        var last = Run(folder, "select max(seq) from platform_audit");
        string Fill(string text) => text
            .Replace("{middle}", (last / 2).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{after}", (last + 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{last}", last.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Run(folder, Fill(sql));
        var said = await Verify(folder);
        said.Output.ShouldContain(Fill(sentence), customMessage: way);
        said.Output.Trim().Split('\n')[^1].ShouldStartWith("Journal altéré");
        said.ExitCode.ShouldBe(1);
    }

    static Task<Said> Verify(string folder) => Said.By("audit", "verify", "--data", folder);

    static long Run(string folder, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "socle.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts above, by hand as the story says
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar() is long number ? number : 0;
    }
}
