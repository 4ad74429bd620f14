using System.Buffers.Text;
using System.Text;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>The content of a Binary stands in a blob, and under the patient of what refers to it.</summary>
static class Binaries
{
    const long MostBytes = 50L * 1024 * 1024;

    public static async ValueTask Place(WriteRun run, PreparedWrite write, Placement placement, CancellationToken stop)
    {
        if (write.Answer is not null) return;
        if (write.IsNew) await placement.At(write, await HomeOf(run, write, placement, stop), stop);
        await CutOut(run, write, stop);
    }

    static async ValueTask<long> HomeOf(WriteRun run, PreparedWrite write, Placement placement, CancellationToken stop)
    {
        // The document that carries it, in the same transaction …
        string?[] names = [write.FullUrl, write.Alias is { } alias ? $"Binary/{alias}" : null];
        foreach (var other in run.Writes)
        {
            if (other.Type == "Binary" || other.Body is not { } body || other.Patient == 0) continue;
            if (References.Texts(body).Any(text => names.Contains(text))) return other.Patient;
        }
        // … or what its security context says.
        if (write.Body!.Root["securityContext"]["reference"].Text is { } context)
        {
            context = placement.Local([Ids.WithoutVersion(context)])[0];
            if (run.Places.TryGetValue(context, out var place)) return place.Patient;
            if (Ids.TrySplit(context, out var type, out var id) && await run.Parts.Rows.Find(write.Scope, type, id, stop) is { Deleted: false } row)
                return row.Patient;
        }
        return run.Parts.Homes.WithoutPatient(write.Scope, "Binary", says: false, quarantine: true);
    }

    static async ValueTask CutOut(WriteRun run, PreparedWrite write, CancellationToken stop)
    {
        var data = write.Body!.Root["data"];
        if (!data.Exists) return;
        if (data.Text is { } text)
        {
            if (!run.Options.Blobs.TryGetValue(text, out var staged))
            {
                using var content = new MemoryStream(Decode(text), writable: false);
                staged = await run.Parts.Blobs.Stage(content, MostBytes, stop);
            }
            write.Blob = staged;
        }
        var splice = new Splice(write.Body);
        splice.Remove(data);
        write.Replace(FhirDocument.Parse(splice.Apply()));
    }

    static byte[] Decode(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw StoreRefusals.BadBinary.With();
        }
    }

    /// <summary>The bytes of a Binary with its content in its place again, as a stream: 50 MiB are never one string.</summary>
    public static async Task Inline(Stored binary, Stream content, Stream output, CancellationToken stop)
    {
        var json = binary.Bytes;
        var end = json.Span.LastIndexOf((byte)'}');
        await output.WriteAsync(json[..end], stop);
        await output.WriteAsync(",\"data\":\""u8.ToArray(), stop);
        var buffer = new byte[3 * 16 * 1024];
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(buffer.Length)];
        while (await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop) is > 0 and var read)
        {
            Base64.EncodeToUtf8(buffer.AsSpan(0, read), text, out _, out var written);
            await output.WriteAsync(text.AsMemory(0, written), stop);
        }
        await output.WriteAsync(Encoding.UTF8.GetBytes("\"}"), stop);
    }
}
