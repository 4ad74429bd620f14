using Socle.Platform;

namespace Socle.Store;

/// <summary>Keys of quarantines, made when a depositor first needs one.</summary>
sealed class Quarantines(Db db, Keys keys) : IDisposable
{
    readonly SemaphoreSlim one = new(1, 1);

    public async ValueTask<PatientCipher> Cipher(long quarantine, CancellationToken stop)
    {
        if (await Existing(quarantine, stop) is { } known) return known;
        await one.WaitAsync(stop);
        try
        {
            if (await Existing(quarantine, stop) is { } meanwhile) return meanwhile;
            var unit = new Unit();
            var cipher = keys.NewPatient(unit, quarantine);
            await db.Commit(unit, stop);
            return cipher;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    async ValueTask<PatientCipher?> Existing(long quarantine, CancellationToken stop)
    {
        try
        {
            return await keys.Cipher(quarantine, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == PlatformRefusals.PatientKeyUnknown)
        {
            return null;
        }
    }
}
