namespace Socle.Directories;

// Also of the contract, in its own file: AnnuaireKeys, which gives out and takes back the keys of the Annuaire Santé interface.

/// <summary>What a key of the Annuaire Santé interface opens.</summary>
public enum AnnuaireLevel
{
    /// <summary>What anybody may know.</summary>
    Public,

    /// <summary>Also « liste rouge » mailboxes, card numbers and personal contacts: for those whom the law allows.</summary>
    Restricted
}

/// <summary>A key as its table knows it: never the key itself.</summary>
/// <param name="PerSecond">Requests a second; null: as the setting says.</param>
public sealed record AnnuaireKeyRow(string Name, AnnuaireLevel Level, int? PerSecond, DateTimeOffset MadeAt);
