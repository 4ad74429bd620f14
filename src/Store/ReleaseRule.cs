using System.Collections.Frozen;

namespace Socle.Store;

/// <summary>
/// What a module demands of everything that leaves, by whichever door (read, search, include, history, export, notice): it may put other
/// bytes in place, and only ever take something away. Pure, and called for each resource of its types: it must be quick.
/// </summary>
public abstract class ReleaseRule
{
    public abstract IReadOnlySet<string> Types { get; }

    /// <summary>What leaves in the place of the resource; the same one when it may leave as it is.</summary>
    public abstract Stored Apply(Scope scope, Stored stored);

    /// <summary>Codes of search parameters that would tell what is taken away: to whoever is not shown it they do not exist. Always the same set, or none.</summary>
    public virtual IReadOnlySet<string> NotAsked(Scope scope) => FrozenSet<string>.Empty;
}
