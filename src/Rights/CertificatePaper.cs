namespace Socle.Rights;

/// <summary>The paper itself, on A4: in French, whatever the language of the pages.</summary>
static class CertificatePaper
{
    const double Left = 60, Right = 535, Labels = 190;

    public const string RightsTitle = "Attestation de droits à l’assurance maladie";
    public const string CoveredTitle = "Attestation de prise en charge par l’assurance maladie";
    public const string SimulatedText = "Document de démonstration : ces droits sont inventés par un simulateur. Il ne vaut pas attestation.";

    public static string TitleOf(CertificateBody body) => body.Kind == CertificateKind.Covered ? CoveredTitle : RightsTitle;

    public static byte[] Pdf(CertificateBody body)
    {
        var page = new PdfPage();
        page.Text(Left, 70, 19, TitleOf(body), bold: true);
        page.Line(Left, 84, Right, 1.5);
        var y = 112.0;
        if (body.Simulated) y = page.Paragraph(Left, y, Right - Left, 11, SimulatedText, bold: true, (0.66, 0.13, 0.10)) + 10;
        y = page.Paragraph(Left, y, Right - Left, 11, Sentence(body)) + 14;
        foreach (var (label, text) in Lines(body))
        {
            page.Text(Left, y, 10, label, colour: (0.34, 0.38, 0.44));
            y = page.Paragraph(Left + Labels, y, Right - Left - Labels, 11, text) + 5;
        }
        page.Line(Left, y + 6, Right, 0.7);
        Check(page, body, y + 24);
        return PdfDocument.Write(page, TitleOf(body), body.IssuedAt);
    }

    static void Check(PdfPage page, CertificateBody body, double y)
    {
        var code = QrDrawing.Of(body.CheckUrl);
        page.Squares(Left, y, 130.0 / code.Size, code.Rows);
        var x = Left + 150;
        page.Text(x, y + 20, 13, "Vérifier ce document", bold: true);
        var next = page.Paragraph(x, y + 42, Right - x, 10.5, "Scannez ce code, ou saisissez le code suivant à l’adresse indiquée. Vous n’apprendrez que ce qui est écrit ici.");
        page.Text(x, next + 8, 15, body.ShownCode, bold: true);
        page.Paragraph(x, next + 28, Right - x, 9.5, body.CheckUrl.Split('?')[0]);
    }

    static string Sentence(CertificateBody body) => body.Kind == CertificateKind.Covered
        ? $"Il est attesté que {body.Name} est pris en charge par l’assurance maladie obligatoire. Ce document se remet à un tiers : il ne porte ni numéro ni information de santé."
        : $"Il est attesté que {body.Name} a des droits ouverts à l’assurance maladie obligatoire, tels qu’ils sont connus à la date ci-dessous.";

    /// <summary>What stands on the paper, line by line; the page shows the same.</summary>
    public static IReadOnlyList<(string Label, string Text)> Lines(CertificateBody body)
    {
        var lines = new List<(string, string)> { ("Personne", body.Name), ("Date de naissance", body.BirthDate) };
        if (body.Matricule is { } number) lines.Add(("Matricule INS", Spaced(number)));
        if (body.Kind == CertificateKind.Rights)
        {
            lines.Add(("Régime", body.Scheme));
            if (body.Insured is { } insured) lines.Add(("Assuré (ouvrant droit)", insured));
            foreach (var right in body.Rights) lines.Add((NameOf(right.Kind), right.French + (right.Until is { } end ? $" (jusqu’au {Day(end)})" : "")));
        }
        lines.Add(("Valable", $"du {Day(body.From)} au {Day(body.Until)}"));
        lines.Add(("Établie le", Day(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(body.IssuedAt, Paris).DateTime))));
        lines.Add(("Source", body.Source));
        return lines;
    }

    public static string NameOf(RightKind kind) => kind switch
    {
        RightKind.Scheme => "Régime",
        RightKind.LongIllness => "Affection de longue durée",
        RightKind.Complementary => "Complémentaire",
        _ => "Exonération"
    };

    // « 2 84 05 2A 004 117 23 », as cards have it.
    static string Spaced(string n) => n.Length == 15 ? $"{n[..1]} {n[1..3]} {n[3..5]} {n[5..7]} {n[7..10]} {n[10..13]} {n[13..]}" : n;

    static string Day(DateOnly day) => (day.Day == 1 ? "1er" : day.Day.ToString(Fr)) + day.ToString(" MMMM yyyy", Fr);

    static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
    static readonly System.Globalization.CultureInfo Fr = System.Globalization.CultureInfo.GetCultureInfo("fr-FR");
}
