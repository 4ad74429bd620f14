using Socle.Platform;

namespace Socle.Store;

/// <summary>The audit entries of the Store. What was read leaves only after its entry is durable.</summary>
sealed class Trace(Db db, AuditLog audit, IReadOnlyList<ReleaseRule> rules)
{
    public void Write(Unit unit, Scope scope, string action, long patient, string target, string? label, PatientCipher? cipher = null) =>
        audit.Append(unit, Entry(scope, action, patient, target, label), cipher);

    /// <summary>As it may leave: every answer that carries a resource goes through here.</summary>
    public Stored Outgoing(Scope scope, Stored stored)
    {
        if (!scope.Traced || stored.Deleted) return stored;
        foreach (var rule in rules)
            if (rule.Types.Contains(stored.Type)) stored = rule.Apply(scope, stored);
        return stored;
    }

    /// <summary>The same of many; the list itself where no rule has a say.</summary>
    public IReadOnlyList<Stored> Outgoing(Scope scope, IReadOnlyList<Stored> released) =>
        scope.Traced && released.Any(stored => rules.Any(rule => rule.Types.Contains(stored.Type)))
            ? [.. released.Select(stored => Outgoing(scope, stored))]
            : released;

    /// <summary>One entry per patient of whom something is released. The shared space is about nobody.</summary>
    public async Task Release(Scope scope, string action, string target, IEnumerable<Stored> released, CancellationToken stop)
    {
        if (!scope.Traced) return;
        // The one of each patient; null where there are several.
        var only = new OrderedDictionary<long, Stored?>();
        foreach (var stored in released)
        {
            if (stored.PatientKey != 0 && !only.TryAdd(stored.PatientKey, stored)) only[stored.PatientKey] = null;
        }
        if (only.Count == 0) return;
        var unit = new Unit();
        foreach (var (patient, stored) in only) audit.Append(unit, Entry(scope, action, patient, stored?.Reference ?? target, null));
        await db.Commit(unit, stop);
    }

    public async Task Release(Scope scope, string action, long patient, string target, CancellationToken stop, string? label = null)
    {
        if (!scope.Traced || patient == 0) return;
        var unit = new Unit();
        audit.Append(unit, Entry(scope, action, patient, target, label));
        await db.Commit(unit, stop);
    }

    static AuditEntry Entry(Scope scope, string action, long patient, string target, string? label) => new()
    {
        Agent = scope.Agent,
        Action = action,
        Patient = patient,
        Target = target,
        Label = label,
        Purpose = scope.Purpose,
        Why = scope.WhyOf(patient),
        Outcome = "ok",
        Correlation = scope.Correlation
    };
}
