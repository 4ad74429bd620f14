using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

// Also of the contract, in files of their own: AnnuaireKeys and what it gives (Annuaire/AnnuaireContract.cs),
// ImportReports with RunRow, RunCounts, RunChange and ExtractKind (Importing/ImportReports.cs).

/// <summary>
/// By whom a professional is suspended: the order, or the registrar. From the moment on, sessions and tokens of theirs open nothing, and the
/// directory shows their entry as inactive.
/// </summary>
public sealed class ProfessionalRegister
{
    readonly Suspensions suspensions;
    readonly SuspendedEntries entries;
    readonly TimeProvider clock;

    internal ProfessionalRegister(Suspensions suspensions, SuspendedEntries entries, TimeProvider clock) =>
        (this.suspensions, this.entries, this.clock) = (suspensions, entries, clock);

    /// <param name="since">Null: now. It may be to come.</param>
    public async Task Suspend(Agent by, string rpps, DateTimeOffset? since, string why, CancellationToken stop)
    {
        if (!Rpps.TryParse(rpps, out var number)) throw DirectoriesRefusals.WrongRpps.With(rpps);
        if (string.IsNullOrWhiteSpace(why)) throw DirectoriesRefusals.ReasonMissing.With();
        await suspensions.Suspend(by, number.Value, since ?? clock.GetUtcNow(), why, null, stop);
        await entries.Apply(stop);
    }

    /// <summary>Whatever holds, or was to come, ends now.</summary>
    public async Task Lift(Agent by, string rpps, string why, CancellationToken stop)
    {
        if (!Rpps.TryParse(rpps, out var number)) throw DirectoriesRefusals.WrongRpps.With(rpps);
        await suspensions.Lift(by, number.Value, why, null, stop);
        await entries.Apply(stop);
    }

    public Task<IReadOnlyList<Suspension>> All(CancellationToken stop) => suspensions.All(stop);
}

/// <summary>What a page shows of an entry.</summary>
/// <param name="Telecom">Phones and mailboxes, each with who answers for it where that is somebody else than the extract.</param>
public sealed record EntryView(string Name, bool IsActive, IReadOnlyList<string> Professions, IReadOnlyList<string> Telecom, string? Address, string Source, string? Day);

/// <param name="State">waiting, accepted or refused.</param>
public sealed record CorrectionView(
    long Id, string Rpps, string Name, string State, DateTimeOffset Asked, string? Phone, string? Mailbox, string? Address, string? DecidedBy, string? Reason);

/// <param name="Entry">Null: the directory has none for this number.</param>
/// <param name="Last">The newest request of this person.</param>
public sealed record MyEntryModel(string Rpps, EntryView? Entry, CorrectionView? Last, Platform.Web.Form Form);

public sealed record RegisterModel(IReadOnlyList<CorrectionView> Waiting, IReadOnlyList<Suspension> Suspensions, DateTimeOffset Now, Platform.Web.Form Form);

public sealed record DecideModel(CorrectionView Correction, EntryView? Entry, Platform.Web.Form Form);

/// <param name="Ends">The first day on which it is no more.</param>
/// <param name="Structure">FINESS number.</param>
public sealed record RoleView(long Id, string Name, string StaffNumber, string Role, string StructureName, string Structure, DateOnly Ends, bool IsActive);

/// <param name="StructureName">Of who registers for one structure; null: the registrar says which.</param>
public sealed record RolesModel(string? StructureName, bool IsRegistrar, IReadOnlyList<RoleView> Roles, Platform.Web.Form Form);

public sealed record RoleModel(RoleView Role, bool IsRegistrar, Platform.Web.Form Prolong, Platform.Web.Form End);

public sealed record ImportsModel(IReadOnlyList<RunRow> Runs);

/// <param name="What">Only such changes are shown; null: all.</param>
/// <param name="Next">The last number of this page where another follows.</param>
public sealed record ImportModel(RunRow Run, IReadOnlyList<RunChange> Changes, string? What, long? Next, bool IsFirst);
