using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Socle.Directories;

/// <summary>What a professional says of how to reach them; what is null stays as it is.</summary>
sealed partial record Correction(string? Phone, string? Mailbox, string? Street, string? PostCode, string? Town)
{
    public bool IsEmpty => this is { Phone: null, Mailbox: null, Street: null };

    public static string PhoneOf(string text)
    {
        var digits = Blanks().Replace(text, "");
        return Numbers().IsMatch(digits) ? digits : throw DirectoriesRefusals.WrongPhone.With();
    }

    /// <summary>A mailbox of the trusted space of MSSanté: its operators' domains end so.</summary>
    public static string MailboxOf(string text) => Mailboxes().IsMatch(text) ? text.ToLowerInvariant() : throw DirectoriesRefusals.WrongMailbox.With();

    /// <summary>The entry with the correction in it, each value with who answers for it and since when.</summary>
    public byte[] On(ReadOnlyMemory<byte> standing, string registrar, string day)
    {
        var entry = (JsonObject)JsonNode.Parse(standing.Span)!;
        if (Phone is not null) Telecom(entry, "phone", new JsonObject { ["extension"] = new JsonArray(Trace(registrar, day)), ["system"] = "phone", ["value"] = Phone, ["use"] = "work" }, isMailbox: false);
        if (Mailbox is not null)
            Telecom(entry, "email", new JsonObject { ["extension"] = new JsonArray(Trace(registrar, day), Metadata()), ["system"] = "email", ["value"] = Mailbox, ["use"] = "work" }, isMailbox: true);
        if (Street is not null)
            entry["address"] = new JsonArray(new JsonObject
            {
                ["extension"] = new JsonArray(Trace(registrar, day)), ["use"] = "work", ["line"] = new JsonArray(Street), ["city"] = Town, ["postalCode"] = PostCode, ["country"] = "FR"
            });
        return EntryJson.Bytes(entry);
    }

    static void Telecom(JsonObject entry, string system, JsonObject value, bool isMailbox)
    {
        var all = entry["telecom"] as JsonArray ?? [];
        foreach (var one in all.Where(one => Text(one?["system"]) == system && (isMailbox == Has(one, EntrySystems.MailboxMetadata))).ToList()) all.Remove(one);
        all.Add(value);
        if (all.Parent is null) entry["telecom"] = all;
    }

    static bool Has(JsonNode? node, string url) => node?["extension"] is JsonArray extensions && extensions.Any(one => Text(one?["url"]) == url);

    static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    static JsonObject Trace(string registrar, string day) => new()
    {
        ["url"] = EntrySystems.DataTrace,
        ["extension"] = new JsonArray(
            new JsonObject { ["url"] = "autorite-enregistrement", ["valueCodeableConcept"] = new JsonObject { ["text"] = $"Déclaré par la personne, validé par {registrar}" } },
            new JsonObject { ["url"] = "systeme-information", ["valueCode"] = "SOCLE" }, new JsonObject { ["url"] = "date-maj-ae", ["valueDateTime"] = day })
    };

    static JsonObject Metadata() => new()
    {
        ["url"] = EntrySystems.MailboxMetadata,
        ["extension"] = new JsonArray(
            new JsonObject
            {
                ["url"] = "type",
                ["valueCodeableConcept"] = new JsonObject
                {
                    ["coding"] = new JsonArray(new JsonObject { ["system"] = "https://mos.esante.gouv.fr/NOS/TRE_R257-TypeBAL/FHIR/TRE-R257-TypeBAL", ["code"] = "PER" })
                }
            },
            new JsonObject { ["url"] = "listeRouge", ["valueBoolean"] = false })
    };

    [GeneratedRegex("[\\s.()-]", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();

    [GeneratedRegex("^(\\+[1-9][0-9]{7,14}|0[1-9][0-9]{8})$", RegexOptions.NonBacktracking)]
    private static partial Regex Numbers();

    [GeneratedRegex("^[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}[.]){1,5}mssante[.]fr$", RegexOptions.NonBacktracking)]
    private static partial Regex Mailboxes();
}

/// <param name="State">waiting, accepted or refused.</param>
sealed record CorrectionRow(
    long Id, string Rpps, string Name, string State, DateTimeOffset Asked, Correction Body, DateTimeOffset? Decided, string? DecidedBy, string? Reason)
{
    public const string Waiting = "waiting", Accepted = "accepted", Refused = "refused";
}
