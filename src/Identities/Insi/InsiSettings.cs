using System.ComponentModel.DataAnnotations;

namespace Socle.Identities;

/// <summary>The INSi teleservice as installed software calls it.</summary>
public sealed record InsiSettings
{
    /// <summary>Certificates (PEM, or the base64 of DER) whose VIHF assertions are admitted: of signers, or of the authorities that issue theirs. None: SOAP is closed.</summary>
    public IReadOnlyList<string> VihfCertificates { get; init; } = [];

    /// <summary>The audience that an assertion, or the presentation of a card, names: this service.</summary>
    [Required] public string Audience { get; init; } = "urn:insi";

    /// <summary>How long an assertion may hold at most.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "04:00:00")]
    public TimeSpan VihfLongest { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Public keys (PEM, P-256) of those who sign that a carte Vitale was presented. None: no search by card.</summary>
    public IReadOnlyList<string> VitaleKeys { get; init; } = [];

    /// <summary>How long a presentation may hold at most.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:15:00")]
    public TimeSpan VitaleLongest { get; init; } = TimeSpan.FromMinutes(5);
}
