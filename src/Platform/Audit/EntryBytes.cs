using System.Text;

namespace Socle.Platform;

/// <summary>An audit entry as it is hashed: always the same bytes for the same entry.</summary>
sealed record SealedEntry(long Patient, byte[] Bytes);

/// <summary>What stands in an entry's bytes; the details are a box under the patient's key, empty when there are none.</summary>
sealed record EntryContent(byte[] Id, long At, AuditEntry Entry, byte[] Details);

static class EntryBytes
{
    public const int IdLength = 16;

    const byte Format = 1;

    // A stream and its writer for each entry cost more than the entry: each thread keeps one pair.
    [ThreadStatic]
    static BinaryWriter? kept;

    static BinaryWriter Start()
    {
        var writer = kept ??= new(new MemoryStream(512), Encoding.UTF8);
        writer.BaseStream.SetLength(0);
        return writer;
    }

    static byte[] End(BinaryWriter writer)
    {
        writer.Flush();
        return ((MemoryStream)writer.BaseStream).ToArray();
    }

    public static byte[] Write(EntryContent content)
    {
        var writer = Start();
        var (entry, agent) = (content.Entry, content.Entry.Agent);
        writer.Write(Format);
        writer.Write(content.Id);
        writer.Write(content.At);
        writer.Write((byte)agent.Kind);
        Text(writer, agent.Id);
        Text(writer, agent.Name);
        Text(writer, agent.Role);
        Text(writer, agent.Structure);
        Text(writer, agent.StructureName);
        writer.Write(agent.OwnerKey);
        writer.Write(agent.PatientKey);
        Text(writer, entry.Action);
        writer.Write(entry.Patient);
        Text(writer, entry.Target);
        Text(writer, entry.Purpose);
        Text(writer, entry.Outcome);
        Text(writer, entry.Correlation);
        writer.Write7BitEncodedInt(content.Details.Length);
        writer.Write(content.Details);
        return End(writer);
    }

    /// <summary>Throws when the bytes are no entry: what is read from a log that somebody touched.</summary>
    public static EntryContent Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadByte() != Format) throw new InvalidDataException("Unknown format of audit entry.");
        var (id, at) = (reader.ReadBytes(IdLength), reader.ReadInt64());
        var agent = new Agent((AgentKind)reader.ReadByte(), Text(reader) ?? "", Text(reader) ?? "", Text(reader), Text(reader), Text(reader),
            reader.ReadInt64(), reader.ReadInt64());
        var entry = new AuditEntry
        {
            Agent = agent,
            Action = Text(reader) ?? "",
            Patient = reader.ReadInt64(),
            Target = Text(reader) ?? "",
            Purpose = Text(reader) ?? "",
            Outcome = Text(reader) ?? "",
            Correlation = Text(reader)
        };
        return new(id, at, entry, reader.ReadBytes(reader.Read7BitEncodedInt()));
    }

    public static byte[] WriteDetails(AuditEntry entry, string? agentName)
    {
        var writer = Start();
        Text(writer, entry.Label);
        Text(writer, entry.Why);
        Text(writer, agentName);
        return End(writer);
    }

    public static (string? Label, string? Why, string? AgentName) ReadDetails(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        return (Text(reader), Text(reader), Text(reader));
    }

    // Null is not the empty text: one byte says which.
    static void Text(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null) writer.Write(text);
    }

    static string? Text(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;
}
