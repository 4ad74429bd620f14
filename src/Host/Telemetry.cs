using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Socle.Platform;
using System.Diagnostics;

namespace Socle.Host;

/// <summary>Traces and metrics to an OTLP collector when <c>Telemetry:Otlp</c> names one; nothing is even built otherwise.</summary>
static class Telemetry
{
    static readonly string[] Sources = ["Microsoft.AspNetCore", "Socle"];
    static readonly string[] Meters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Socle"];

    /// <summary>Dispose it last, so that what is in flight is sent.</summary>
    public static IDisposable? Start(TelemetrySettings settings)
    {
        if (settings.Otlp.Length == 0) return null;
        if (!Uri.TryCreate(settings.Otlp, UriKind.Absolute, out var collector) || collector.Scheme is not "http" and not "https")
            throw new SettingsException($"{Settings.FileName} : Telemetry:Otlp n’est pas une adresse http ou https : « {settings.Otlp} ».");
        var resource = ResourceBuilder.CreateDefault().AddService("socle");
        var traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources)
            .AddProcessor(new NoValues()).AddOtlpExporter(o => Aim(o, collector)).Build();
        var metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters)
            .AddOtlpExporter(o => Aim(o, collector)).Build();
        return new Both(traces, metrics);
    }

    static void Aim(OtlpExporterOptions options, Uri collector) => options.Endpoint = collector;

    /// <summary>A span keeps its route pattern; addresses, queries and clients stay here.</summary>
    sealed class NoValues : BaseProcessor<Activity>
    {
        static readonly string[] Hidden =
            ["url.path", "url.query", "url.full", "http.target", "http.url", "client.address", "user_agent.original", "exception.message", "exception.stacktrace"];

        public override void OnEnd(Activity data)
        {
            foreach (var tag in Hidden) data.SetTag(tag, null);
            data.DisplayName = $"{data.GetTagItem("http.request.method")} {data.GetTagItem("http.route")}";
        }
    }

    sealed class Both(IDisposable? traces, IDisposable? metrics) : IDisposable
    {
        public void Dispose()
        {
            traces?.Dispose();
            metrics?.Dispose();
        }
    }
}
