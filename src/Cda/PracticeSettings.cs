namespace Socle.Cda;

/// <summary>Practice setting (J04): the header's where it says one, otherwise derived from the facility (J02) by a table of ours, unverified.</summary>
static class PracticeSettings
{
    public const string System = "1.2.250.1.213.1.1.4.9";
    const string NonProfessional = "1.2.250.1.213.1.1.4.6";

    static readonly Dictionary<string, string> French = new(StringComparer.Ordinal)
    {
        ["AMBULATOIRE"] = "Ambulatoire", ["AMO"] = "Assurance maladie obligatoire", ["DEPISTAGE"] = "Dépistage",
        ["ESSMS"] = "Établissement ou service social ou médico-social", ["ETABLISSEMENT"] = "Établissement de santé",
        ["HAD"] = "Hospitalisation à domicile", ["MAD"] = "Maintien à domicile", ["PALLIATIF"] = "Soins palliatifs", ["SAD"] = "Soins à domicile",
        ["SAMU_SMUR"] = "SAMU ou SMUR", ["EXP_PATIENT"] = "Expression personnelle du patient", ["SNR"] = "Service numérique référencé",
    };

    /// <summary>Null when the header says nothing and the facility is unknown.</summary>
    public static (CdaCode? Setting, bool Derived) Of(CdaHeader header)
    {
        var said = header.MainEvent?.Performers.Select(p => p.Organization?.Setting)
            .Concat(header.Events.SelectMany(e => e.Performers).Select(p => p.Organization?.Setting))
            .Concat(header.Authors.Select(a => a.Person.Organization?.Setting))
            .FirstOrDefault(s => s?.Code is { } code && French.ContainsKey(code));
        if (said is not null) return (said with { Display = said.Display ?? French[said.Code!] }, false);
        return Derive(header.Encounter?.FacilityCode?.Code) is { } code ? (Known(code), true) : (null, false);
    }

    static CdaCode Known(string code) => new(code, code is "EXP_PATIENT" or "SNR" ? NonProfessional : System, French[code]);

    static string? Derive(string? facility) => facility switch
    {
        null => null,
        "EXP_PATIENT" or "SNR" => facility,
        "SA01" or "SA02" or "SA03" or "SA04" or "SA06" or "SA30" or "SA36" or "SA53" or "SA69" => "ETABLISSEMENT",
        "SA16" or "SA17" or "SA18" or "SA20" or "SA21" or "SA41" => "ESSMS",
        "SA24" => "AMO",
        "SA54" => "DEPISTAGE",
        "SA61" => "MAD",
        _ when facility.StartsWith("SA", StringComparison.Ordinal) => "AMBULATOIRE",
        _ => null,
    };
}
