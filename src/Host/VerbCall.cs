namespace Socle.Host;

/// <summary>A verb and its options, as the terminal gave them: the same shape at the terminal and on the local socket.</summary>
sealed record VerbCall(string Verb, Dictionary<string, string[]> Options)
{
    public string? One(string option) => Options.GetValueOrDefault(option)?.FirstOrDefault();
    public string[] Many(string option) => Options.GetValueOrDefault(option) ?? [];
    public bool Has(string option) => Options.ContainsKey(option);
    public int Number(string option, int otherwise) =>
        One(option) is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : otherwise;
}

/// <summary>
/// Where a verb speaks: lines for people or programs on one side, progress and errors on the other. The local socket carries
/// the same three kinds, so a verb does not know whether it runs in the terminal's process or in the server's.
/// </summary>
abstract class VerbOutput
{
    public abstract Task Line(string text);
    public abstract Task Error(string text);
    /// <summary>A line that replaces the one before it on a terminal, and is not shown elsewhere.</summary>
    public abstract Task Progress(string text);
}

sealed class TerminalOutput : VerbOutput
{
    bool progressShown;

    public override async Task Line(string text)
    {
        await EndProgress();
        await Console.Out.WriteLineAsync(text);
    }

    public override async Task Error(string text)
    {
        await EndProgress();
        await Console.Error.WriteLineAsync(text);
    }

    public override async Task Progress(string text)
    {
        if (Console.IsErrorRedirected) return;
        await Console.Error.WriteAsync($"\r\u001b[K{text}");
        progressShown = true;
    }

    async Task EndProgress()
    {
        if (!progressShown) return;
        await Console.Error.WriteAsync("\r\u001b[K");
        progressShown = false;
    }
}
