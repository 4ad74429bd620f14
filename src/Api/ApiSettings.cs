using System.ComponentModel.DataAnnotations;

namespace Socle.Api;

/// <summary>Who may call the interface from a browser.</summary>
public sealed record ApiSettings : IValidatableObject
{
    /// <summary>Origins of web applications that may call the interface from a browser, for example https://app.example.org; none by default, and never all.</summary>
    public string[] Origins { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var origin in Origins)
            if (!IsOrigin(origin))
                yield return new($"« {origin} » n’est pas une origine : il faut https://nom ou https://nom:port, sans chemin ni étoile (http pour localhost seulement).");
    }

    static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && !uri.Host.Contains('*', StringComparison.Ordinal)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)
        && origin == uri.GetLeftPart(UriPartial.Authority);
}
