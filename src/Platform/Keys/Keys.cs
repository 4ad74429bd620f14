using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Socle.Platform;

/// <summary>
/// Everything secret comes from one root key in a file only the server's user can read: from it derive the key that wraps each
/// patient's own key, the routing key of external ids, the hash keys, the seals.
/// </summary>
public sealed class Keys : IDisposable
{
    const int KeyLength = 32, BlockLength = 16;
    static readonly Table Boxes = new("platform_patient_key", Column.Long("patient"), Column.Bytes("box"), Column.Long("made_at"));

    const string RootKeyFile = "root.key", ErasedKind = "erased";

    // Of the clocks of two processes.
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);

    readonly Db db;
    readonly DataFolder folder;
    readonly TimeProvider clock;
    readonly Chance chance;
    readonly byte[] root, routing;
    readonly ThreadLocal<BlockCipher> router;
    readonly SealBox wrapping, folderSeal;
    readonly ConcurrentDictionary<string, (ulong, ulong)> hashKeys = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, SealBox> tokenSeals = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<long, bool> erasedHere = new();
    readonly CipherCache ciphers;
    readonly DateTimeOffset heardFrom;

    internal Keys(Db db, DataFolder folder, int cachedKeys, TimeProvider clock, Chance chance)
    {
        (this.db, this.folder, this.clock, this.chance) = (db, folder, clock, chance);
        ciphers = new(cachedKeys);
        heardFrom = clock.GetUtcNow();
        db.Changes.Hear(ErasedKind, HearOfErased);
        root = RootKey(folder, chance);
        routing = Derive("external ids");
        router = new(() => new(routing));
        wrapping = new(Derive("patient keys"), chance);
        folderSeal = new(Derive("files of the data folder"), chance);
        TokenSigningKey = SigningKey("token-signing.key");
        AuditSigningKey = SigningKey("audit-signing.key");
        AuditMacKey = Derive("audit entries");
    }

    /// <summary>P-256, for API bearer tokens; sealed in the data folder.</summary>
    public ECDsa TokenSigningKey { get; }

    internal ECDsa AuditSigningKey { get; }

    internal byte[] AuditMacKey { get; }

    /// <summary>26 lower-case characters that say nothing: one AES block over patient ‖ number under the routing key.</summary>
    public string ExternalId(long patient, long number)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        BinaryPrimitives.WriteInt64BigEndian(block, patient);
        BinaryPrimitives.WriteInt64BigEndian(block[8..], number);
        Span<byte> hidden = stackalloc byte[BlockLength];
        router.Value!.Turn(block, hidden, encrypt: true);
        return Base32.Encode(hidden);
    }

    /// <summary>False when the text cannot be an id of this server. True proves nothing: a guessed id also opens, to numbers nobody has.</summary>
    public bool TryReadId(string id, out long patient, out long number)
    {
        Span<byte> hidden = stackalloc byte[BlockLength];
        (patient, number) = (0, 0);
        if (!Base32.TryDecode(id, hidden)) return false;
        Span<byte> block = stackalloc byte[BlockLength];
        router.Value!.Turn(hidden, block, encrypt: false);
        patient = BinaryPrimitives.ReadInt64BigEndian(block);
        number = BinaryPrimitives.ReadInt64BigEndian(block[8..]);
        return patient >= 0 && number >= 0;
    }

    public long Hash(string domain, string value)
    {
        Span<byte> small = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(value, small, out var length)
            ? Hash(domain, small[..length])
            : Hash(domain, Encoding.UTF8.GetBytes(value));
    }

    public long Hash(string domain, ReadOnlySpan<byte> value)
    {
        var (key0, key1) = hashKeys.GetOrAdd(domain, static (name, keys) =>
        {
            var bytes = keys.Derive("hash " + name);
            return (BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8)));
        }, this);
        return (long)SipHash.Hash(key0, key1, value);
    }

    /// <summary>The cipher when its key is in memory already.</summary>
    internal PatientCipher? Cached(long patient) => ciphers.TryGet(patient, out var cipher) ? cipher : null;

    /// <summary>More people are asked for than keys are kept in memory: reading the key along with a row spares a round trip.</summary>
    public bool AreForgotten => ciphers.Forgets;

    public bool IsInMemory(long patient) => ciphers.TryGet(patient, out _);

    /// <summary>The wrapped key of the patient in this column, null without one: to be read along with a row, for <see cref="Learn"/>.</summary>
    public static Sql BoxOf(Sql patient) => $"(select k.box from platform_patient_key k where k.patient = {patient})";

    /// <summary>Keeps a key that was read along with a row of its patient.</summary>
    public void Learn(long patient, byte[]? box)
    {
        if (box is not null && !IsInMemory(patient)) Keep(patient, box);
    }

    /// <summary>The cipher of a patient whose key exists; refuses an unknown patient, and one whose key was destroyed.</summary>
    public ValueTask<PatientCipher> Cipher(long patient, CancellationToken stop) =>
        ciphers.TryGet(patient, out var cipher) ? new(cipher) : new(Load(patient, stop));

    /// <summary>Reads the keys of several patients at once, for one who will ask for each. What cannot be had is told when it is asked for.</summary>
    public async ValueTask Warm(IEnumerable<long> patients, CancellationToken stop)
    {
        long[] missing = [.. patients.Distinct().Where(patient => !ciphers.TryGet(patient, out _))];
        if (missing.Length < 2) return;
        var found = await db.Query($"select patient, box from platform_patient_key where patient in {missing}", row => (Patient: row.Long(0), Box: row.Bytes(1)), stop);
        foreach (var (patient, box) in found) Keep(patient, box);
    }

    /// <summary>Makes a patient's key, as a row of this unit. Others see the patient once the unit is committed.</summary>
    public PatientCipher NewPatient(Unit unit, long patient)
    {
        var key = chance.Bytes(KeyLength);
        var box = wrapping.Seal(key, Aad(patient));
        unit.Insert(Boxes, null, patient, box, Clock.Micros(clock));
        var cipher = new PatientCipher(patient, key, chance);
        CryptographicOperations.ZeroMemory(key);
        (unit.NewCiphers ??= []).Add(patient, cipher);
        unit.AfterCommit(() => ciphers.Add(patient, cipher));
        return cipher;
    }

    /// <summary>Destroys the patient's key: all that was sealed under it is noise from then on, in the database and in every copy of it.</summary>
    public void Erase(Unit unit, long patient)
    {
        if (patient == 0) throw new ArgumentException("The shared space has no person to erase.", nameof(patient));
        var now = Clock.Micros(clock);
        unit.Add($"delete from platform_patient_key where patient = {patient}");
        unit.Add($"insert into platform_shred (patient, at) values ({patient}, {now}) on conflict do nothing");
        unit.ScrubLog = true;
        db.Changes.Tell(unit, ErasedKind, HearOfErased);
        unit.AfterCommit(() => Erased(patient, now));
    }

    /// <summary>Whose key was destroyed since: what was made ready about them is not to be given out.</summary>
    public Task<List<long>> ErasedSince(DateTimeOffset time, CancellationToken stop) =>
        db.Query($"select patient from platform_shred where at >= {Clock.Micros(time)}", row => row.Long(0), stop);

    /// <summary>A short secret text for an address or a next link, readable by this server only.</summary>
    /// <param name="purpose">Part of the key, one of few: a key is kept for each.</param>
    /// <param name="context">What it is bound to beside, any text: opened with another it is not ours.</param>
    public string SealToken(string purpose, ReadOnlySpan<byte> plain, string context = "") =>
        Base64Url.EncodeToString(TokenSeal(purpose).Seal(plain, Encoding.UTF8.GetBytes(context)));

    public bool TryOpenToken(string purpose, string token, out byte[] plain, string context = "")
    {
        plain = [];
        if (!Base64Url.IsValid(token)) return false;
        var box = new byte[Base64Url.GetMaxDecodedLength(token.Length)];
        if (!Base64Url.TryDecodeFromChars(token, box, out var length) || length < SealBox.Overhead) return false;
        // One value, one text: a token with other padding bits is not ours.
        if (Base64Url.EncodeToString(box.AsSpan(0, length)) != token) return false;
        return TokenSeal(purpose).TryOpen(box.AsSpan(0, length), Encoding.UTF8.GetBytes(context), out plain);
    }

    /// <summary>Seals a file or row that belongs to no patient (ASP.NET data protection keys, for one).</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain) => folderSeal.Seal(plain, []);

    public byte[] Unseal(ReadOnlySpan<byte> box) =>
        folderSeal.TryOpen(box, [], out var plain) ? plain : throw PlatformRefusals.SealBroken.With();

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(root);
        router.Dispose();
        CryptographicOperations.ZeroMemory(routing);
        TokenSigningKey.Dispose();
        AuditSigningKey.Dispose();
    }

    /// <summary>At start: what was erased stays erased, even when an older copy of the database was put back; and the shared space exists.</summary>
    internal async Task Start(CancellationToken stop)
    {
        var inDatabase = await db.Query($"select patient, at from platform_shred", row => (Patient: row.Long(0), At: row.Long(1)), stop);
        var inLedger = ShredLedger.Read(folder);
        foreach (var line in inDatabase.Where(r => !inLedger.ContainsKey(r.Patient))) ShredLedger.Add(folder, line.Patient, line.At);
        var again = new Unit { ScrubLog = true };
        var known = inDatabase.Select(r => r.Patient).ToHashSet();
        foreach (var (patient, at) in inLedger.Where(l => !known.Contains(l.Key)))
        {
            again.Add($"delete from platform_patient_key where patient = {patient}");
            again.Add($"insert into platform_shred (patient, at) values ({patient}, {at}) on conflict do nothing");
        }
        if (again.Commands.Count > 0) await db.Commit(again, stop);
        var sharedBox = await db.First($"select box from platform_patient_key where patient = 0", row => row.Bytes(0), stop);
        if (sharedBox is not null)
        {
            if (!wrapping.TryOpen(sharedBox, Aad(0), out _)) throw PlatformRefusals.RootKeyWrong.With(folder.PathOf(RootKeyFile));
            return;
        }
        var shared = new Unit();
        NewPatient(shared, 0);
        await db.Commit(shared, stop);
    }

    internal byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root, KeyLength, info: Encoding.UTF8.GetBytes("socle " + purpose));

    async Task<PatientCipher> Load(long patient, CancellationToken stop)
    {
        Sql key = $"select box from platform_patient_key where patient = {patient}";
        var box = await db.First(key.Short(), row => row.Bytes(0), stop);
        if (box is null)
        {
            var erased = await db.First($"select count(*) from platform_shred where patient = {patient}", row => row.Long(0), stop);
            throw (erased > 0 ? PlatformRefusals.PatientErased : PlatformRefusals.PatientKeyUnknown).With();
        }
        return Keep(patient, box) ?? throw PlatformRefusals.PatientErased.With();
    }

    // Null: read just before the key was destroyed, cached just after.
    PatientCipher? Keep(long patient, byte[] box)
    {
        if (!wrapping.TryOpen(box, Aad(patient), out var key)) throw PlatformRefusals.SealBroken.With();
        var cipher = ciphers.Add(patient, new(patient, key, chance));
        CryptographicOperations.ZeroMemory(key);
        if (!erasedHere.ContainsKey(patient)) return cipher;
        ciphers.Remove(patient);
        return null;
    }

    void Erased(long patient, long at)
    {
        if (!erasedHere.TryAdd(patient, true)) return;
        ciphers.Remove(patient);
        try
        {
            ShredLedger.Add(folder, patient, at);
        }
        catch (IOException)
        {
            // No room for a line: the table has it, and the next start writes it.
        }
    }

    // Another process destroyed a key: it is in this one's memory and missing from its ledger.
    void HearOfErased() => _ = Task.Run(async () =>
    {
        try
        {
            var rows = await db.Query($"select patient, at from platform_shred where at >= {Clock.Micros(heardFrom - Skew)}",
                row => (Patient: row.Long(0), At: row.Long(1)), CancellationToken.None);
            foreach (var (patient, at) in rows) Erased(patient, at);
        }
        catch (Exception error) when (error is Refusal or ObjectDisposedException)
        {
            // The database is away: nothing that it holds can be opened either, and the next look tells it again.
            db.Changes.Again(ErasedKind);
        }
    });

    SealBox TokenSeal(string purpose) => tokenSeals.GetOrAdd(purpose, static (name, keys) => new(keys.Derive("token " + name), keys.chance), this);

    ECDsa SigningKey(string name)
    {
        var box = folder.ReadOrMake(name, UnixFileMode.UserRead, () =>
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return folderSeal.Seal(made.ExportPkcs8PrivateKey(), Encoding.UTF8.GetBytes(name));
        });
        if (!folderSeal.TryOpen(box, Encoding.UTF8.GetBytes(name), out var bytes)) throw PlatformRefusals.SealBroken.With();
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(bytes, out _);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    static byte[] RootKey(DataFolder folder, Chance chance)
    {
        // A folder that already holds sealed things and has lost its key must not quietly get another one.
        if (!File.Exists(folder.PathOf(RootKeyFile)) && File.Exists(folder.PathOf("token-signing.key")))
            throw PlatformRefusals.RootKeyMissing.With(folder.PathOf(RootKeyFile));
        var text = folder.ReadOrMake(RootKeyFile, UnixFileMode.UserRead,
            () => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(chance.Bytes(KeyLength)) + "\n"));
        var key = Convert.FromHexString(Encoding.ASCII.GetString(text).Trim());
        return key.Length == KeyLength ? key : throw PlatformRefusals.RootKeyMissing.With(folder.PathOf(RootKeyFile));
    }

    static byte[] Aad(long patient)
    {
        var aad = new byte[12];
        "pkey"u8.CopyTo(aad);
        BinaryPrimitives.WriteInt64BigEndian(aad.AsSpan(4), patient);
        return aad;
    }
}
