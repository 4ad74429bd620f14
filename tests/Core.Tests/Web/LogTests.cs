using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Socle.Platform;

namespace Socle.Core.Tests.Web;

public sealed class LogTests
{
    [Fact]
    public async Task The_log_names_routes_and_never_values()
    {
        var lines = new Lines();
        await using var server = await WebServer.Start([new SampleModule()],
            e => e.Options = e.Options with { Services = s => s.AddSingleton<ILoggerProvider>(lines).AddLogging(l => l.SetMinimumLevel(LogLevel.Debug)) });
        await server.Get("/fhir/refused?name=TRAIT-1", headers: ("X-Correlation-Id", "corr-1"));
        await server.Get("/no/TRAIT-2");
        await server.Get("/d/TRAIT-3", "viewer.localhost");
        await server.Post("/note", "", new() { ["text"] = "TRAIT-4" }, ("Referer", "http://localhost/TRAIT-5"), ("User-Agent", "TRAIT-6"));
        var mine = lines.All.Where(l => l.Category.StartsWith("Socle", StringComparison.Ordinal) || l.Level >= LogLevel.Warning).ToList();
        mine.ShouldContain(l => l.Text.Contains("GET /fhir/refused 409"));
        mine.ShouldContain(l => l.Text.Contains("GET /d/{token} 200"));
        mine.ShouldAllBe(l => !l.Text.Contains("TRAIT"));
    }

    [Fact]
    public void A_line_carries_the_correlation_id_and_leaves_the_other_scopes_out()
    {
        using var writer = new StringWriter();
        var scopes = new LoggerExternalScopeProvider();
        using (scopes.Push("RequestPath:/fhir/Patient/TRAIT"))
        using (scopes.Push(new CorrelationId("corr-1")))
            new LogLine(TimeProvider.System).Write(
                new Microsoft.Extensions.Logging.Abstractions.LogEntry<string>(LogLevel.Warning, "Socle.Api", default, "two\nlines", null, (state, _) => state), scopes, writer);
        writer.ToString().ShouldEndWith("Z warning Socle.Api: two lines [corr-1]" + Environment.NewLine);
    }

    sealed class Lines : ILoggerProvider, ILogger
    {
        string category = "";

        Lines(string category, ConcurrentQueue<(string, LogLevel, string)> all) => (this.category, All) = (category, all);

        public Lines() => All = [];

        public ConcurrentQueue<(string Category, LogLevel Level, string Text)> All { get; }

        public ILogger CreateLogger(string categoryName) => new Lines(categoryName, All);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue((category, logLevel, formatter(state, exception) + exception));

        public void Dispose() => category = "";
    }
}
