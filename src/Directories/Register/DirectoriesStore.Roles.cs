using Socle.Platform;

namespace Socle.Directories;

/// <param name="Practitioner">Its place in the shared space, as that of the role.</param>
sealed record RoleRow(long Id, long Practitioner, long Role, string Structure, string Code, DateTimeOffset Ends, bool IsActive);

sealed partial class DirectoriesStore
{
    const string Active = "active", Ended = "ended";

    /// <summary>Twice the same role of one person at once: the second is told.</summary>
    public static void Add(Unit unit, RoleRow role, long person, DateTimeOffset now) => unit.Unique($"""
        insert into directories_role (id, person, practitioner, role, structure, code, registered, ends, state)
        values ({role.Id}, {person}, {role.Practitioner}, {role.Role}, {role.Structure}, {role.Code}, {Clock.Micros(now)}, {Clock.Micros(role.Ends)}, {Active})
        """, () => DirectoriesRefusals.RoleTwice.With());

    public Task<bool> Has(long person, string code, CancellationToken stop) =>
        db.First($"select count(*) from directories_role where person = {person} and code = {code} and state = 'active'", row => row.Long(0) > 0, stop);

    /// <summary>Those that end first come first; null: of every structure.</summary>
    public Task<List<RoleRow>> Roles(string? structure, int count, CancellationToken stop) => db.Query($"""
        select id, practitioner, role, structure, code, ends, state from directories_role
        where state = {Active} and ({structure ?? ""} = '' or structure = {structure ?? ""}) order by ends, id limit {count}
        """, ReadRole, stop);

    public Task<RoleRow?> Role(long id, CancellationToken stop) =>
        db.First($"select id, practitioner, role, structure, code, ends, state from directories_role where id = {id}", ReadRole, stop);

    public Task<List<RoleRow>> RolesDue(DateTimeOffset now, int count, CancellationToken stop) => db.Query($"""
        select id, practitioner, role, structure, code, ends, state from directories_role where state = {Active} and ends <= {Clock.Micros(now)} order by ends, id limit {count}
        """, ReadRole, stop);

    public Task<long> OtherRoles(RoleRow role, CancellationToken stop) => db.First(
        $"select count(*) from directories_role where practitioner = {role.Practitioner} and state = {Active} and id <> {role.Id}", row => row.Long(0), stop);

    /// <summary>It must stand as it was read: an end and a prolongation at once do not both hold.</summary>
    public static void Prolong(Unit unit, RoleRow before, DateTimeOffset ends) => unit.Expect($"""
        update directories_role set ends = {Clock.Micros(ends)} where id = {before.Id} and state = {Active} and ends = {Clock.Micros(before.Ends)}
        """, () => DirectoriesRefusals.RoleChanged.With());

    public static void End(Unit unit, RoleRow before, DateTimeOffset ends) => unit.Expect($"""
        update directories_role set ends = {Clock.Micros(ends)}, state = {Ended} where id = {before.Id} and state = {Active} and ends = {Clock.Micros(before.Ends)}
        """, () => DirectoriesRefusals.RoleChanged.With());

    static RoleRow ReadRole(Row row) =>
        new(row.Long(0), row.Long(1), row.Long(2), row.Text(3), row.Text(4), Clock.FromMicros(row.Long(5)), row.Text(6) == Active);
}
