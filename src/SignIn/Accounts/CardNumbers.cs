using System.Globalization;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// The number printed on a person's carte Vitale, by which a citizen opens an account. Whoever knows the cards says so at its start; in a demonstration
/// folder the numbers are invented, elsewhere nobody's is known and accounts open in person only.
/// </summary>
public sealed class CardNumbers
{
    public const int Length = 10;

    readonly Keys keys;
    readonly bool invented;
    Func<long, CancellationToken, Task<string?>>? source;

    internal CardNumbers(Keys keys, DataFolder folder) => (this.keys, invented) = (keys, folder.IsDemonstration);

    public void Fill(Func<long, CancellationToken, Task<string?>> numberOf) => source = numberOf;

    public Task<string?> Of(long patient, CancellationToken stop) =>
        source is { } known ? known(patient, stop) : Task.FromResult(invented ? Invented(patient) : null);

    string Invented(long patient) =>
        ((ulong)keys.Hash("demonstration card", patient.ToString(CultureInfo.InvariantCulture)) % 10_000_000_000).ToString("D10", CultureInfo.InvariantCulture);
}
