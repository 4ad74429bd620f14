using System.Globalization;
using System.Text.Json.Nodes;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// What the Annuaire Santé is asked by beyond R4: SearchParameters of the Store, kept there when the program starts. A mailbox is kept
/// twice, once without those of the « liste rouge »: the public view asks by that one, and so cannot find what it does not show.
/// </summary>
static class AnnuaireParameters
{
    /// <summary>Ends the code of a parameter that knows only what is public.</summary>
    public const string PublicSuffix = "-public";

    /// <summary>true unless « active » is false: an entry that ended is found by its identifiers only.</summary>
    public const string InService = "in-service";

    // {0} is the base type. A mailbox: an address that says so by one of its two extensions.
    const string Mailboxes = "{0}.telecom.where(system = 'email' and extension.where(url = '" + AnnuaireUrls.Mailbox + "' or url = '" + AnnuaireUrls.EmailType + "').exists())";

    const string RedLists = "extension.where(url = '" + AnnuaireUrls.Mailbox + "').extension.where(url = 'listeRouge'";

    // Whoever does not say plainly « false » does not want to be shown.
    const string PublicMailboxes = Mailboxes + ".where(" + RedLists + ").count() = " + RedLists + " and value = false).count())";

    const string MailboxType = ".extension.where(url = '" + AnnuaireUrls.Mailbox + "').extension.where(url = 'type').value";

    const string Cards = "{0}.extension.where(url = '" + AnnuaireUrls.SmartCard + "' or url = '" + AnnuaireUrls.RoleSmartCard + "')";

    const string Traces = "{0}.meta.extension.where(url = '" + AnnuaireUrls.DataTrace + "')";

    static readonly string[] WithMailbox = ["Practitioner", "PractitionerRole", "Organization"];
    static readonly string[] WithCard = ["Practitioner", "PractitionerRole"];
    static readonly string[] WithActive = ["Practitioner", "PractitionerRole", "Organization", "HealthcareService"];

    sealed record Own(string Code, string Kind, IReadOnlyList<string> Bases, string Expression, bool Keyed = false);

    static readonly IReadOnlyList<Own> All =
    [
        new("mailbox-mss", "string", WithMailbox, Mailboxes + ".value", Keyed: true),
        new("mailbox-mss" + PublicSuffix, "string", WithMailbox, PublicMailboxes + ".value", Keyed: true),
        new("mailbox-mss-type", "token", WithMailbox, Mailboxes + MailboxType),
        new("mailbox-mss-type" + PublicSuffix, "token", WithMailbox, PublicMailboxes + MailboxType),
        new("number-smartcard", "string", WithCard, Cards + ".extension.where(url = 'number').value", Keyed: true),
        new("type-smartcard", "token", WithCard, Cards + ".extension.where(url = 'type').value"),
        new("qualification-code", "token", ["Practitioner"], "{0}.qualification.code"),
        new("identifier-type", "token", AnnuaireDoor.Types, "{0}.identifier.type"),
        new("data-information-system", "token", AnnuaireDoor.Types, Traces + ".extension.where(url = 'systeme-information').value"),
        new("data-registration-authority", "token", AnnuaireDoor.Types, Traces + ".extension.where(url = 'autorite-enregistrement').value"),
        new("pharmacy-licence", "string", ["Organization"], "{0}.extension.where(url = '" + AnnuaireUrls.PharmacyLicence + "').value", Keyed: true),
        new("address-line", "string", ["Organization"], "{0}.address.line"),
        new(InService, "token", WithActive, "{0}.active.where($this = false).empty()")
    ];

    /// <summary>Those that are there already stay as they are; in a database that holds entries the Store indexes a new one in the background.</summary>
    public static async Task Keep(RecordStore store, AccessDesk desk, CancellationToken stop)
    {
        var program = new Agent(AgentKind.Program, "program:directories", "Annuaires", null, null, null, 0, 0);
        var scope = await desk.Enter(program, Purposes.Operation, stop);
        List<FhirDocument> bodies = [.. All.Select(own => FhirDocument.Parse(Body(own)))];
        try
        {
            var all = All.Zip(bodies, (own, body) => (WriteOp)new WriteOp.Update("SearchParameter", IdOf(own), null, body));
            await store.Write(scope, [.. all], WriteOptions.Default with { KeepIds = true }, stop);
        }
        finally
        {
            bodies.ForEach(body => body.Dispose());
        }
    }

    static string IdOf(Own own) => $"annuaire-{own.Code}";

    static byte[] Body(Own own)
    {
        var json = new JsonObject
        {
            ["resourceType"] = "SearchParameter", ["id"] = IdOf(own), ["url"] = $"urn:socle:annuaire:{own.Code}", ["name"] = own.Code.Replace("-", "", StringComparison.Ordinal),
            ["status"] = "active", ["description"] = $"Annuaire Santé : {own.Code}", ["code"] = own.Code,
            ["base"] = new JsonArray([.. own.Bases.Select(type => (JsonNode)type)]), ["type"] = own.Kind,
            ["expression"] = string.Join(" | ", own.Bases.Select(type => string.Format(CultureInfo.InvariantCulture, own.Expression, type)))
        };
        if (own.Keyed) json["extension"] = new JsonArray(new JsonObject { ["url"] = CustomSearchParam.Keyed, ["valueBoolean"] = true });
        return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
