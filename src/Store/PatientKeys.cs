namespace Socle.Store;

/// <summary>Patient keys are 63 bits: 0 is the shared space, the uppermost bit says « quarantine of a depositor ».</summary>
public static class PatientKeys
{
    internal const long Quarantine = 1L << 62;

    public static bool IsQuarantine(long patient) => (patient & Quarantine) != 0;

    /// <summary>Somebody's record: neither the shared space nor a quarantine.</summary>
    public static bool IsPerson(long patient) => patient > 0 && !IsQuarantine(patient);

    internal static long Of(long random) => Math.Max(1, random & ~Quarantine);
}
