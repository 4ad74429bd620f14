using System.ComponentModel.DataAnnotations;

namespace Socle.SignIn;

/// <summary>Sessions and tokens. The defaults are the rules of Pro Santé Connect and of the citizen's space.</summary>
public sealed record SignInSettings
{
    /// <summary>Who signs the bearer tokens: the public address of this server.</summary>
    [Required] public string Issuer { get; init; } = "http://localhost:5080";

    /// <summary>For whom they are: the base of the FHIR API.</summary>
    [Required] public string Audience { get; init; } = "http://localhost:5080/fhir";

    /// <summary>A professional's session ends after this time without a request.</summary>
    public TimeSpan ProfessionalIdle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A professional's session ends after this time whatever happens.</summary>
    public TimeSpan ProfessionalLongest { get; init; } = TimeSpan.FromHours(4);

    /// <summary>A citizen's session ends after this time without a request.</summary>
    public TimeSpan CitizenIdle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A citizen's session ends after this time whatever happens.</summary>
    public TimeSpan CitizenLongest { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Mail server by which codes and notices leave (STARTTLS, but on port 25 without); empty: no mail leaves.</summary>
    public string MailServer { get; init; } = "";

    /// <summary>Port of the mail server.</summary>
    [Range(1, 65535)] public int MailPort { get; init; } = 587;

    /// <summary>Sender of the mails.</summary>
    public string MailFrom { get; init; } = "ne-pas-repondre@localhost";

    /// <summary>Address of the SMS gateway, which gets a JSON object of to, text and key; its host stands in Egress:Hosts. Empty: no SMS leaves.</summary>
    public string SmsGateway { get; init; } = "";

    /// <summary>What the gateway knows this server by.</summary>
    public string SmsKey { get; init; } = "";

    /// <summary>Origins of web applications that may ask for tokens from a browser; none by default.</summary>
    public string[] Origins { get; init; } = [];

    /// <summary>Lifetime of a token printed by the command line in demonstration.</summary>
    public TimeSpan DemoToken { get; init; } = TimeSpan.FromDays(30);
}
