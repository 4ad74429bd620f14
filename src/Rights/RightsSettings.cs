using System.ComponentModel.DataAnnotations;

namespace Socle.Rights;

/// <summary>The carte Vitale application: where rights come from.</summary>
public sealed record RightsSettings
{
    /// <summary>« simulator »: invented rights, said to be so on each page and in each answer. There is no other source yet.</summary>
    [AllowedValues("simulator")]
    public string Source { get; init; } = "simulator";
}
