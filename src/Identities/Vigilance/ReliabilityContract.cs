using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Socle.Fhir;

namespace Socle.Identities;

/// <summary>How sure an identity is, in the four words of the national register (RNIV, EXI SI 07). They exclude each other.</summary>
public enum IdentityStatus { Provisional, Recovered, Validated, Qualified }

/// <summary>What is said of an identity beside its status. A fictive or doubtful one stays provisional, whatever was proved before.</summary>
[Flags]
public enum IdentityAttributes
{
    None = 0,

    /// <summary>Invented: an exercise, a test, a person who may not be named.</summary>
    Fictive = 1,

    /// <summary>Somebody doubts that this is the person.</summary>
    Doubtful = 2,

    /// <summary>Another person has nearly the same traits: look twice. It takes nothing away from the status.</summary>
    Homonym = 4
}

/// <summary>What happens to the proofs of an identity.</summary>
public enum IdentityFact
{
    /// <summary>INSi answered with this one person.</summary>
    InsFound,

    /// <summary>INSi no longer confirms the number with these traits.</summary>
    InsLost,

    /// <summary>A document of high trust was shown: identity card, passport, residence permit, birth certificate of a minor.</summary>
    DocumentChecked,

    /// <summary>The document was not the person's, or was false.</summary>
    DocumentWithdrawn,

    /// <summary>A strict trait is another one: what was proved of the former traits proves nothing of these.</summary>
    TraitsChanged
}

/// <summary>The reliability of an identity: its status and its attributes. Pure: the table below is all there is.</summary>
public sealed record Reliability(IdentityStatus Status, IdentityAttributes Attributes = IdentityAttributes.None)
{
    public static readonly Reliability Provisional = new(IdentityStatus.Provisional);

    const IdentityAttributes Doubt = IdentityAttributes.Fictive | IdentityAttributes.Doubtful;

    /// <summary>Which fact leads where; a pair that is not here changes nothing.</summary>
    public static readonly FrozenDictionary<(IdentityStatus From, IdentityFact Fact), IdentityStatus> Next =
        new Dictionary<(IdentityStatus, IdentityFact), IdentityStatus>
        {
            [(IdentityStatus.Provisional, IdentityFact.InsFound)] = IdentityStatus.Recovered,
            [(IdentityStatus.Provisional, IdentityFact.DocumentChecked)] = IdentityStatus.Validated,
            [(IdentityStatus.Recovered, IdentityFact.DocumentChecked)] = IdentityStatus.Qualified,
            [(IdentityStatus.Recovered, IdentityFact.InsLost)] = IdentityStatus.Provisional,
            [(IdentityStatus.Recovered, IdentityFact.TraitsChanged)] = IdentityStatus.Provisional,
            [(IdentityStatus.Validated, IdentityFact.InsFound)] = IdentityStatus.Qualified,
            [(IdentityStatus.Validated, IdentityFact.DocumentWithdrawn)] = IdentityStatus.Provisional,
            [(IdentityStatus.Validated, IdentityFact.TraitsChanged)] = IdentityStatus.Provisional,
            [(IdentityStatus.Qualified, IdentityFact.InsLost)] = IdentityStatus.Validated,
            [(IdentityStatus.Qualified, IdentityFact.DocumentWithdrawn)] = IdentityStatus.Recovered,
            [(IdentityStatus.Qualified, IdentityFact.TraitsChanged)] = IdentityStatus.Provisional
        }.ToFrozenDictionary();

    public bool IsDoubtful => (Attributes & Doubt) != 0;

    /// <summary>Only a qualified identity leaves with its INS (RNIV; Référentiel INS, EXI 29).</summary>
    public bool MayLeaveWithIns => Status == IdentityStatus.Qualified && !IsDoubtful;

    /// <summary>« qualified », as a card says it.</summary>
    public string Word => Status.ToString().ToLowerInvariant();

    /// <summary>After a fact. A proof brought for a fictive or doubtful identity is refused: the doubt is settled first.</summary>
    public Reliability After(IdentityFact fact)
    {
        if (IsDoubtful && fact is IdentityFact.InsFound or IdentityFact.DocumentChecked) throw IdentitiesRefusals.DoubtFirst.With();
        return Next.TryGetValue((Status, fact), out var next) ? this with { Status = next } : this;
    }

    /// <summary>A doubt takes every proof back; a homonym none.</summary>
    public Reliability With(IdentityAttributes attribute) => new Reliability(Status, Attributes | attribute).Held();

    /// <summary>The doubt is settled; what was proved before it has to be proved again.</summary>
    public Reliability Without(IdentityAttributes attribute) => this with { Attributes = Attributes & ~attribute };

    /// <summary>As it counts, whatever was written: a doubtful identity is a provisional one.</summary>
    internal Reliability Held() => IsDoubtful ? this with { Status = IdentityStatus.Provisional } : this;
}

/// <summary>From and to FR Core « identity reliability » (2.2.0).</summary>
static class ReliabilityOfPatient
{
    const string Core = "https://hl7.fr/ig/fhir/core/";
    internal const string Url = Core + "StructureDefinition/fr-core-identity-reliability";
    const string Statuses = Core + "CodeSystem/fr-core-cs-identity-reliability";
    const string Comments = Core + "CodeSystem/fr-core-cs-identity-status-comment";
    const string Modes = Core + "CodeSystem/fr-core-cs-mode-validation-identity";

    static readonly (IdentityStatus Status, string Code)[] Codes =
    [
        (IdentityStatus.Provisional, "PROV"), (IdentityStatus.Recovered, "RECUP"), (IdentityStatus.Validated, "VALI"), (IdentityStatus.Qualified, "QUAL")
    ];

    static readonly (IdentityAttributes Attribute, string Code)[] Marks =
        [(IdentityAttributes.Fictive, "FICT"), (IdentityAttributes.Doubtful, "DOUT"), (IdentityAttributes.Homonym, "HOMA")];

    /// <summary>
    /// As it counts here. Before 2.2.0 FR Core said VALI for an identity with an INS and a document; FICT and DOUT stood in the place of the status.
    /// Several extensions add up: the surest status, every attribute.
    /// </summary>
    public static Reliability Read(FhirNode patient, bool hasIns)
    {
        var found = Reliability.Provisional;
        foreach (var extension in patient.All("extension"))
        {
            if (extension["url"].Text != Url) continue;
            foreach (var part in extension.All("extension"))
            {
                var code = Code(part["value"]);
                if (part["url"].Text is "identityStatus" or "comment" && Array.Find(Marks, mark => mark.Code == code) is { Code: not null } known)
                    found = found with { Attributes = found.Attributes | known.Attribute };
                else if (part["url"].Text == "identityStatus" && StatusOf(code, hasIns) is var status && status > found.Status)
                    found = found with { Status = status };
            }
        }
        return found.Held();
    }

    static string? Code(FhirNode value) => value["code"].Text ?? value["coding"]["code"].Text;

    // Without an INS nothing was recovered, whatever was written.
    static IdentityStatus StatusOf(string? code, bool hasIns) => code switch
    {
        "QUAL" or "VALI" => hasIns ? IdentityStatus.Qualified : IdentityStatus.Validated,
        "RECUP" when hasIns => IdentityStatus.Recovered,
        _ => IdentityStatus.Provisional
    };

    public static JsonObject Write(Reliability reliability, DateOnly? checkedOn)
    {
        var parts = new JsonArray(Part("identityStatus", Statuses, Array.Find(Codes, code => code.Status == reliability.Status).Code));
        foreach (var (attribute, code) in Marks)
            if (reliability.Attributes.HasFlag(attribute)) parts.Add(Part("comment", Comments, code));
        if (reliability.Status is IdentityStatus.Validated or IdentityStatus.Qualified)
        {
            parts.Add(Part("validationMode", Modes, "CN"));
            if (checkedOn is { } day)
                parts.Add(new JsonObject { ["url"] = "validationDate", ["valueDate"] = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) });
        }
        return new() { ["url"] = Url, ["extension"] = parts };
    }

    static JsonObject Part(string url, string system, string code) =>
        new() { ["url"] = url, ["valueCoding"] = PatientBuilder.Coding(system, code) };
}
