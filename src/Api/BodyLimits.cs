namespace Socle.Api;

/// <summary>How much a request may bring: counted on what arrives, and again on what a gzip body inflates to.</summary>
/// <param name="Whole">Bytes of the body, documents in base64 included.</param>
/// <param name="Json">Bytes of JSON that stay once the documents are cut out.</param>
/// <param name="Documents">Where documents stand in it: see <see cref="DataCutter"/>.</param>
sealed record BodyLimits(long Whole, int Json, int Documents)
{
    const long MiB = 1024 * 1024;

    /// <summary>One document: its bytes, not its base64.</summary>
    public const long Document = 50 * MiB;

    /// <summary>50 MiB of document in base64, its resource around it, and room for the line breaks some software writes.</summary>
    const long WithDocument = 72 * MiB;

    public static readonly BodyLimits Resource = new(5 * MiB, (int)(5 * MiB), DataCutter.Nothing);
    public static readonly BodyLimits ResourceWithDocument = new(WithDocument, (int)(5 * MiB), DataCutter.One);
    public static readonly BodyLimits Bundle = new(WithDocument, (int)(20 * MiB), DataCutter.InBundle);

    /// <summary>What a search form needs.</summary>
    public const long Form = 64 * 1024;

    public static BodyLimits Of(string resourceType) => resourceType is "Binary" or "DocumentReference" ? ResourceWithDocument : Resource;

    public static string Shown(long bytes) => bytes >= MiB ? $"{bytes / MiB}\u00a0Mio" : $"{bytes / 1024}\u00a0Kio";
}
