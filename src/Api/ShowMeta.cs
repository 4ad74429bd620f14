using System.Globalization;
using System.Text;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Api;

/// <summary>$meta: the meta of a resource or of one of its versions; of a type or of everything, the profiles, tags and labels in use.</summary>
static class ShowMeta
{
    public static Task<FhirAnswer> OfSystem(FhirCall call, CancellationToken stop) => InUse(call, null, stop);

    public static Task<FhirAnswer> OfType(FhirCall call, CancellationToken stop) => InUse(call, call.Type, stop);

    public static async Task<FhirAnswer> OfInstance(FhirCall call, CancellationToken stop)
    {
        await Check(call, stop);
        return Answer(ReadResource.Visible(await call.Store.Read(call.Scope, call.Type, call.Id, stop)));
    }

    public static async Task<FhirAnswer> OfVersion(FhirCall call, CancellationToken stop)
    {
        await Check(call, stop);
        var version = long.TryParse(call.RouteValue("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return Answer(ReadResource.Visible(await call.Store.ReadVersion(call.Scope, call.Type, call.Id, version, stop)));
    }

    public static FhirAnswer Answer(Stored stored)
    {
        // Of a retry: done, and out of the caller's reach since.
        if (stored.Bytes.IsEmpty) return new(200);
        using var document = FhirDocument.Parse(stored.Bytes);
        return Return(Encoding.UTF8.GetString(document.Root["meta"].Raw));
    }

    static async Task<FhirAnswer> InUse(FhirCall call, string? type, CancellationToken stop)
    {
        await Check(call, stop);
        var found = await call.Store.MetaInUse(call.Scope, type, stop);
        var lists = new[] { ("profile", found.Profiles), ("security", found.Labels), ("tag", found.Tags) }
            .Where(list => list.Item2.Count > 0).Select(list => $"\"{list.Item1}\":[{string.Join(',', list.Item2)}]").ToList();
        return lists.Count == 0 ? FhirAnswer.Of(Encoding.UTF8.GetBytes("""{"resourceType":"Parameters"}""")) : Return("{" + string.Join(',', lists) + "}");
    }

    // The operation takes no parameter; a body that is no resource is refused all the same.
    static async Task Check(FhirCall call, CancellationToken stop)
    {
        if (call.Method == "POST") (await call.ReadBody(stop))?.Dispose();
    }

    static FhirAnswer Return(string meta) =>
        FhirAnswer.Of(Encoding.UTF8.GetBytes($$"""{"resourceType":"Parameters","parameter":[{"name":"return","valueMeta":{{meta}}}]}"""));
}
