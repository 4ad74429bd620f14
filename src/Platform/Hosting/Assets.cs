using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Socle.Platform;

sealed record AssetRoute;

/// <summary>Style sheets, small scripts and icons embedded in the assemblies; the hash in the address makes the long cache safe.</summary>
public sealed class Assets
{
    const string Prefix = "Assets/";
    readonly Dictionary<string, (string Url, byte[] Bytes, string Type)> byName = new(StringComparer.Ordinal);
    readonly FrozenDictionary<string, string> nameOf;

    public Assets(IEnumerable<Assembly> assemblies)
    {
        foreach (var assembly in assemblies.Distinct())
            foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
                Add(resource[Prefix.Length..], assembly, resource);
        nameOf = byName.ToFrozenDictionary(a => a.Value.Url["/assets/".Length..], a => a.Key, StringComparer.Ordinal);
    }

    /// <summary>The address of an embedded file: /assets/socle.1a2b3c4d5e6f7a8b.css.</summary>
    public string this[string name] =>
        byName.TryGetValue(name, out var asset) ? asset.Url : throw new KeyNotFoundException($"No asset is called {name}.");

    public string Text(string name) => System.Text.Encoding.UTF8.GetString(byName[name].Bytes);

    void Add(string name, Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));
        var dot = name.LastIndexOf('.');
        var type = name[dot..] switch
        {
            ".css" => "text/css; charset=utf-8",
            ".mjs" or ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".webmanifest" => "application/manifest+json",
            ".png" => "image/png",
            _ => throw new InvalidOperationException($"No media type for the asset {name}.")
        };
        if (!byName.TryAdd(name, ($"/assets/{name[..dot]}.{hash}{name[dot..]}", bytes, type)))
            throw new InvalidOperationException($"Two modules embed an asset called {name}.");
    }

    internal void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/assets/{file}", Serve).RequirePolicy(Policy.Open).WithMetadata(new AssetRoute());

    IResult Serve(string file, HttpContext http)
    {
        if (!nameOf.TryGetValue(file, out var name)) throw PlatformRefusals.NoSuchPage.With();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(byName[name].Bytes, byName[name].Type);
    }
}
