namespace Socle.Platform;

/// <summary>Who did what, when and why: written with the act itself, never changed, shown to the person concerned.</summary>
public sealed class AuditLog : IAsyncDisposable
{
    internal const string HeadsFile = "audit-heads";

    const string JournalFile = "audit-journal";
    const long JournalBytes = 8 << 20;

    readonly Db db;
    readonly Keys keys;
    readonly DataFolder folder;
    readonly TimeProvider clock;
    readonly Chance chance;
    readonly List<string> copies;
    AuditJournal? journal;
    AuditSequencer? sequencer;

    internal AuditLog(Db db, Keys keys, DataFolder folder, string? headsCopy, TimeProvider clock, Chance chance)
    {
        (this.db, this.keys, this.folder, this.clock, this.chance) = (db, keys, folder, clock, chance);
        copies = [folder.PathOf(HeadsFile)];
        if (!string.IsNullOrEmpty(headsCopy)) copies.Add(headsCopy);
    }

    /// <summary>The entry is committed with the unit, or not at all. Its time is now.</summary>
    /// <param name="unit">What it is committed with.</param>
    /// <param name="entry">Who did what.</param>
    /// <param name="cipher">The patient's, where it has just been used: then the entry is sealed at once, without setting the key up again.</param>
    public void Append(Unit unit, AuditEntry entry, PatientCipher? cipher = null)
    {
        var at = Clock.Micros(clock);
        if (cipher is not null && cipher.Patient == SealedUnder(entry)) unit.Trace.Add(Seal(entry, at, HasDetails(entry) ? cipher : null));
        else unit.Sealing(this, entry, at);
    }

    /// <summary>Entries about one person, newest first.</summary>
    public Task<IReadOnlyList<AuditLine>> OfPatient(long patient, AuditCursor? before, int count, CancellationToken stop)
    {
        var (log, sequence) = before is { } cursor ? (cursor.Log, cursor.Sequence) : (long.MaxValue, long.MaxValue);
        return Lines($"""
            select log, seq, entry from platform_audit
            where patient = {patient} and patient <> 0 and (log < {log} or (log = {log} and seq < {sequence}))
            order by log desc, seq desc limit {count}
            """, stop);
    }

    /// <summary>All entries, newest first: for the auditor.</summary>
    public Task<IReadOnlyList<AuditLine>> Latest(AuditCursor? before, int count, CancellationToken stop)
    {
        var (log, sequence) = before is { } cursor ? (cursor.Log, cursor.Sequence) : (long.MaxValue, long.MaxValue);
        return Lines($"""
            select log, seq, entry from platform_audit where log < {log} or (log = {log} and seq < {sequence})
            order by log desc, seq desc limit {count}
            """, stop);
    }

    /// <summary>Reads the whole log and names every entry that is not as it was written.</summary>
    public Task<AuditReport> Verify(CancellationToken stop) => new AuditVerifier(db, keys, copies).Run(stop);

    /// <summary>Signs a head now rather than within the second.</summary>
    public Task SignHead(CancellationToken stop) => sequencer?.Sign(stop) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (sequencer is not null) await sequencer.DisposeAsync();
    }

    /// <summary>Closed after the last commit.</summary>
    internal void CloseJournal() => journal?.Dispose();

    internal async Task Start(CancellationToken stop)
    {
        journal = new(folder.NewFile(JournalFile), keys.AuditMacKey, JournalBytes);
        var start = await AuditStart.Read(db, keys, folder, stop);
        var trail = new AuditTrail(keys.AuditMacKey, start.Log, journal);
        trail.StartAt(start.Sequence, start.Drained);
        await CopyMissedHeads(stop);
        db.Follow(trail);
        sequencer = new(db, keys, trail, clock, start, copies);
        // Any commit takes in what the journal kept while the disk was full.
        if (!journal.IsEmpty) await db.Commit(new(), stop);
    }

    // The power may go between a head's commit and its copy.
    async Task CopyMissedHeads(CancellationToken stop)
    {
        foreach (var copy in copies)
        {
            var last = File.Exists(copy) ? File.ReadLines(copy).LastOrDefault(l => AuditHead.TryRead(l, keys.AuditSigningKey, out _)) : null;
            var number = last is not null && AuditHead.TryRead(last, keys.AuditSigningKey, out var head) ? head.Number : 0;
            var missed = await db.Query($"select line from platform_audit_head where number > {number} order by number", row => row.Text(0), stop);
            foreach (var line in missed) DataFolder.Append(copy, line);
        }
    }

    internal ValueTask<SealedEntry> Seal(Unit unit, AuditEntry entry, long at, CancellationToken stop)
    {
        if (!HasDetails(entry)) return new(Seal(entry, at, null));
        var found = Find(unit, SealedUnder(entry), stop);
        return found.IsCompletedSuccessfully ? new(Seal(entry, at, found.Result)) : Later(found);

        async ValueTask<SealedEntry> Later(ValueTask<PatientCipher?> finding) => Seal(entry, at, await finding);
    }

    SealedEntry Seal(AuditEntry entry, long at, PatientCipher? cipher)
    {
        var id = chance.Bytes(EntryBytes.IdLength);
        // A professional answers for an act under their own name; a citizen's name is a trait of that person and goes under a key.
        var hidden = entry.Agent.Kind == AgentKind.Citizen ? entry.Agent.Name : null;
        var details = cipher?.Seal(EntryBytes.WriteDetails(entry, hidden), Aad(id)) ?? [];
        var shown = hidden is null ? entry : entry with { Agent = entry.Agent with { Name = "" } };
        return new(entry.Patient, EntryBytes.Write(new(id, at, shown, details)));
    }

    // Nothing to seal under once a key is destroyed, or for a patient who does not exist: the act itself is traced all the same.
    ValueTask<PatientCipher?> Find(Unit unit, long patient, CancellationToken stop)
    {
        if (unit.NewCiphers?.TryGetValue(patient, out var fresh) == true) return new(fresh);
        return keys.Cached(patient) is { } cipher ? new(cipher) : Read(patient, stop);
    }

    async ValueTask<PatientCipher?> Read(long patient, CancellationToken stop)
    {
        try
        {
            return await keys.Cipher(patient, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == PlatformRefusals.PatientErased || refusal.Kind == PlatformRefusals.PatientKeyUnknown)
        {
            return null;
        }
    }

    async Task<IReadOnlyList<AuditLine>> Lines(Sql sql, CancellationToken stop)
    {
        var rows = await db.Query(sql, row => (Cursor: new AuditCursor(row.Long(0), row.Long(1)), Bytes: row.Bytes(2)), stop);
        var lines = new List<AuditLine>(rows.Count);
        foreach (var (cursor, bytes) in rows) lines.Add(await Line(cursor, bytes, stop));
        return lines;
    }

    async Task<AuditLine> Line(AuditCursor cursor, byte[] bytes, CancellationToken stop)
    {
        EntryContent content;
        try
        {
            content = EntryBytes.Read(bytes);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException or IOException)
        {
            throw PlatformRefusals.SealBroken.With();
        }
        var entry = content.Entry;
        var readable = true;
        if (content.Details.Length > 0)
        {
            var cipher = await Find(new(), SealedUnder(entry), stop);
            readable = cipher is not null;
            if (cipher is not null)
            {
                var (label, why, name) = EntryBytes.ReadDetails(cipher.Open(content.Details, Aad(content.Id)));
                entry = entry with { Label = label, Why = why, Agent = name is null ? entry.Agent : entry.Agent with { Name = name } };
            }
        }
        return new(cursor, Convert.ToHexStringLower(content.Id), Clock.FromMicros(content.At), entry, readable);
    }

    static bool HasDetails(AuditEntry entry) => entry.Label is not null || entry.Why is not null || entry.Agent.Kind == AgentKind.Citizen;

    static long SealedUnder(AuditEntry entry) => entry.Patient != 0 ? entry.Patient : entry.Agent.PatientKey;

    static byte[] Aad(byte[] id) => [(byte)'a', .. id];
}
