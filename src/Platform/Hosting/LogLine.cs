using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Socle.Platform;

/// <summary>One line: when, how bad, where, what, and the correlation id of the request. The framework's own scopes carry the
/// path of the address, so they are left out.</summary>
sealed class LogLine(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "socle";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ ", CultureInfo.InvariantCulture));
        textWriter.Write(Word(logEntry.LogLevel));
        textWriter.Write(logEntry.Category);
        textWriter.Write(": ");
        textWriter.Write(logEntry.Formatter(logEntry.State, logEntry.Exception).ReplaceLineEndings(" "));
        scopeProvider?.ForEachScope(static (scope, writer) =>
        {
            if (scope is not CorrelationId correlation) return;
            writer.Write(" [");
            writer.Write(correlation.Value);
            writer.Write(']');
        }, textWriter);
        textWriter.WriteLine();
        if (logEntry.Exception is { } exception) textWriter.WriteLine(exception.ToString());
    }

    static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical ",
        LogLevel.Error => "error ",
        LogLevel.Warning => "warning ",
        LogLevel.Information => "info ",
        _ => "debug "
    };
}
