using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What may be put to a phone.</summary>
static class SignatureRules
{
    public const int LongestName = 120;

    public static bool IsDigest(string text) =>
        text.Length == 43 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && "AEIMQUYcgkosw048".Contains(text[42], StringComparison.Ordinal);

    /// <summary>People read it on a small screen: one line, no letter that hides or turns others.</summary>
    public static bool IsShown(string text) => text.Trim().Length is > 0 and <= LongestName
        && !text.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator
            or System.Globalization.UnicodeCategory.ParagraphSeparator or System.Globalization.UnicodeCategory.PrivateUse or System.Globalization.UnicodeCategory.Surrogate);
}

static class SigningRefusals
{
    public static readonly RefusalKind WrongDigest = new("signature-digest", Reason.Unprocessable, "L’empreinte du document est SHA-256 en base64url\u202f: 43 signes.");

    public static readonly RefusalKind WrongName = new(
        "signature-name", Reason.Unprocessable, "Le nom et la nature du document se lisent en une ligne, sans signe invisible, de {0} signes au plus.");

    public static readonly RefusalKind NoProfessional = new("signature-professional", Reason.Forbidden, "Seul un professionnel signe avec son téléphone.");

    public static readonly RefusalKind NoSuchTicket = new("signature-unknown", Reason.NotFound, "Aucune demande de signature de ce logiciel n’a ce numéro.");

    public static readonly RefusalKind NoSuchKey = new("signature-key-unknown", Reason.NotFound, "Aucun téléphone n’a signé avec cette clé.");

    public static readonly RefusalKind WrongBody = new("signature-body", Reason.Malformed, "Le corps de la demande ne se lit pas\u202f: {0}.");
}
