using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// Roles outside RPPS and ADELI (RPPS+): registered by the employer of the structure or by the registrar, prolonged, ended; over by themselves at the
/// end of the contract. Who may is decided here, before anything is looked up.
/// </summary>
sealed class EmployedRoles(RecordStore records, AccessDesk desk, AuditLog audit, DirectoriesStore store, Keys keys, Mandates mandates, TimeProvider clock)
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    const int Most = 100, DueAtOnce = 200;

    // Entries of the directory are written by the program; the trace names the agent.
    static readonly Agent Program = new(AgentKind.Steward, "program:directories", "Registre des professionnels", null, null, null, 0, 0);
    static readonly WriteOptions Options = WriteOptions.Default with { KeepIds = true };

    public async Task<RoleView> Register(Agent by, NewRole asked, CancellationToken stop)
    {
        if (!mandates.IsRegistrar(by) && mandates.StructureOf(by) != asked.Structure) throw DirectoriesRefusals.NotYourStructure.With();
        var (scope, now) = (await Enter(stop), clock.GetUtcNow());
        var ends = NewRole.MomentOf(asked.Ends, now);
        var structure = await Structure(scope, asked.Structure, stop) ?? throw DirectoriesRefusals.NoStructure.With(asked.Structure);
        var person = keys.Hash("directories.person", asked.NationalId);
        if (await store.Has(person, asked.Role.Code, stop)) throw DirectoriesRefusals.RoleTwice.With();
        using var json = new EntryJson();
        var trace = new EntryTrace(EntrySystems.EmployerSource, "RPPS+", structure.Name, Day(now));
        var practitioner = await Person(scope, asked, person, json.Practitioner(new(asked.NationalId, asked.Family, asked.Given, "", ""), trace), stop);
        using var body = FhirDocument.Parse(json.Role(
            new(practitioner.Reference, structure.Stored.Reference, "", "", asked.Role.Code, asked.Role.French, "", Day(now), NewRole.Written(ends)) { FunctionSystem = EntrySystems.EmployedRole }, trace));
        RoleRow? made = null;
        await records.Write(scope, [new WriteOp.Create(body)], Options with
        {
            WithCommit = (unit, results) =>
            {
                var role = results[0].Stored;
                made = new(role.Number, practitioner.Number, role.Number, asked.Structure, asked.Role.Code, ends, true);
                DirectoriesStore.Add(unit, made, person, now);
                Tell(unit, by, "role-register", role.Reference, $"{asked.Role.French}, {asked.Structure}, jusqu’au {asked.Ends:dd/MM/yyyy}");
            }
        }, stop);
        return (await Views(scope, [made!], stop))[0];
    }

    public async Task Prolong(Agent by, long id, DateOnly until, CancellationToken stop)
    {
        var (row, scope) = (await Get(by, id, stop), await Enter(stop));
        var ends = NewRole.MomentOf(until, clock.GetUtcNow());
        if (ends <= row.Ends) throw DirectoriesRefusals.NotLater.With();
        await Write(scope, row, ends, active: true, (unit, role) =>
        {
            DirectoriesStore.Prolong(unit, row, ends);
            Tell(unit, by, "role-prolong", role, $"jusqu’au {until:dd/MM/yyyy}");
        }, stop);
    }

    public async Task End(Agent by, long id, string why, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(why)) throw DirectoriesRefusals.ReasonMissing.With();
        await End(await Enter(stop), by, await Get(by, id, stop), clock.GetUtcNow(), why, stop);
    }

    /// <summary>Run every few seconds: at the end of its contract a role is over.</summary>
    public async Task Apply(CancellationToken stop)
    {
        var due = await store.RolesDue(clock.GetUtcNow(), DueAtOnce, stop);
        if (due.Count == 0) return;
        var scope = await Enter(stop);
        foreach (var row in due)
        {
            try
            {
                await End(scope, Program, row, row.Ends, "Fin du contrat", stop);
            }
            catch (Refusal refusal) when (refusal.Kind == DirectoriesRefusals.RoleChanged)
            {
                // Prolonged or ended in the same moment, by somebody or by another server: what was decided then holds.
            }
        }
    }

    /// <summary>Those of the structure the agent answers for; of all for the registrar. The first to end comes first.</summary>
    public async Task<IReadOnlyList<RoleView>> List(Agent by, CancellationToken stop) => !mandates.MayRegister(by) ? []
        : await Views(await Enter(stop), await store.Roles(mandates.IsRegistrar(by) ? null : mandates.StructureOf(by), Most, stop), stop);

    public async Task<RoleView> Find(Agent by, long id, CancellationToken stop) => (await Views(await Enter(stop), [await Get(by, id, stop)], stop))[0];

    /// <summary>Null: the directory has none in service under this number.</summary>
    public async Task<string?> StructureName(string finess, CancellationToken stop) => (await Structure(await Enter(stop), finess, stop))?.Name;

    // What is of another structure is as if it were not there.
    async Task<RoleRow> Get(Agent by, long id, CancellationToken stop) =>
        await store.Role(id, stop) is { } row && (mandates.IsRegistrar(by) || mandates.StructureOf(by) == row.Structure) ? row : throw DirectoriesRefusals.NoSuchRole.With();

    async Task End(Scope scope, Agent by, RoleRow row, DateTimeOffset at, string why, CancellationToken stop)
    {
        await Write(scope, row, at, active: false, (unit, role) =>
        {
            DirectoriesStore.End(unit, row, at);
            Tell(unit, by, "role-end", role, why);
        }, stop);
        if (await store.OtherRoles(row, stop) > 0) return;
        // Somebody with no role left is out of the searches; the entry stays for what refers to it.
        if ((await records.SharedByNumber(scope, "Practitioner", [row.Practitioner], stop)).GetValueOrDefault(row.Practitioner) is { } person
            && EntryMerge.Ended(person.Bytes, null) is { } ended) await Update(scope, person, ended, null, stop);
    }

    async Task Write(Scope scope, RoleRow row, DateTimeOffset ends, bool active, Action<Unit, string> with, CancellationToken stop)
    {
        if (!row.IsActive) throw DirectoriesRefusals.RoleChanged.With();
        var role = (await records.SharedByNumber(scope, "PractitionerRole", [row.Role], stop)).GetValueOrDefault(row.Role) ?? throw DirectoriesRefusals.NoSuchRole.With();
        await Update(scope, role, EntryMerge.Until(role.Bytes, NewRole.Written(ends), active), unit => with(unit, role.Reference), stop);
    }

    async Task Update(Scope scope, Stored standing, byte[] bytes, Action<Unit>? with, CancellationToken stop)
    {
        using var body = FhirDocument.Parse(bytes);
        await records.Write(scope, [new WriteOp.Update(standing.Type, standing.Id, null, body, standing.Version)],
            Options with { WithCommit = with is null ? null : (unit, _) => with(unit) }, stop);
    }

    // Under an id of its own, so that two at once make one entry.
    async Task<Stored> Person(Scope scope, NewRole asked, long hash, byte[] fresh, CancellationToken stop)
    {
        if ((await records.SharedByIdentifier(scope, "Practitioner", [asked.NationalId], stop)).OrderBy(one => one.Number).FirstOrDefault() is not { } standing)
        {
            using var created = FhirDocument.Parse(fresh);
            return (await records.Write(scope, [new WriteOp.Update("Practitioner", $"employe-{(ulong)hash:x16}", null, created)], Options, stop))[0].Stored;
        }
        using var entry = FhirDocument.Parse(standing.Bytes);
        if (FrenchText.Normal(entry.Root["name"]["family"].Text ?? "") != FrenchText.Normal(asked.Family) || FrenchText.Normal(entry.Root["name"]["given"].Text ?? "") != FrenchText.Normal(asked.Given))
            throw DirectoriesRefusals.OtherPerson.With(asked.StaffNumber);
        if (EntryMerge.Person(standing.Bytes, fresh) is { } merged) await Update(scope, standing, merged, null, stop);
        return standing;
    }

    async Task<(Stored Stored, string Name)?> Structure(Scope scope, string finess, CancellationToken stop)
    {
        foreach (var stored in (await records.SharedByIdentifier(scope, "Organization", ["1" + finess, finess], stop)).OrderBy(one => one.Number))
        {
            using var document = FhirDocument.Parse(stored.Bytes);
            if (document.Root["active"].Text != "false") return (stored, document.Root["name"].Text ?? finess);
        }
        return null;
    }

    async Task<List<RoleView>> Views(Scope scope, List<RoleRow> rows, CancellationToken stop)
    {
        var people = await records.SharedByNumber(scope, "Practitioner", rows.Select(row => row.Practitioner), stop);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var finess in rows.Select(row => row.Structure).Distinct()) names[finess] = (await Structure(scope, finess, stop))?.Name ?? finess;
        var views = new List<RoleView>(rows.Count);
        foreach (var row in rows)
        {
            var (name, number) = people.GetValueOrDefault(row.Practitioner) is { } person ? NameOf(person) : ("", "");
            views.Add(new(row.Id, name, number, EmployedRole.Of(row.Code)?.Shown ?? row.Code, names[row.Structure], row.Structure, NewRole.DayOf(row.Ends), row.IsActive && row.Ends > clock.GetUtcNow()));
        }
        return views;
    }

    static (string Name, string StaffNumber) NameOf(Stored person)
    {
        using var document = FhirDocument.Parse(person.Bytes);
        var (name, number) = (document.Root["name"], document.Root["identifier"]["value"].Text ?? "");
        return ($"{name["given"].Text} {name["family"].Text}".Trim(), number[(number.IndexOf('/', StringComparison.Ordinal) + 1)..]);
    }

    void Tell(Unit unit, Agent by, string action, string target, string why) => audit.Append(unit, new AuditEntry
    {
        Agent = by, Action = action, Target = target, Purpose = Purposes.Operation, Why = why
    });

    Task<Scope> Enter(CancellationToken stop) => desk.Enter(Program, Purposes.Operation, stop);

    static string Day(DateTimeOffset now) => NewRole.DayOf(now).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
