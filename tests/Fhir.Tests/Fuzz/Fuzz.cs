using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Socle.Fhir.Tests.Fuzzing;

/// <summary>
/// Gives a parser changed inputs and asserts: it answers or refuses with a place, within 100 ms, without keeping or taking memory. The run is the
/// same every time; FUZZ_SEED starts another one and FUZZ_COUNT a longer one.
/// </summary>
static class Fuzz
{
    const int Default = 100_000;
    const long MostMemory = 64 << 20;
    const int MostWords = 4_000;
    static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    /// <param name="parse">Runs the parser; throws a FhirException (or what hasPlace knows) for a refusal. Whatever else it throws is a fault.</param>
    /// <param name="hasPlace">Whether an exception is a refusal that says where; null: a FhirException whose every issue does.</param>
    public static FuzzResult Run(
        string name, FuzzKind kind, IEnumerable<byte[]> seeds, Action<byte[]> parse, int count = Default, int? seed = null, Func<Exception, bool>? hasPlace = null)
    {
        var run = new Round(name, kind, [.. seeds], parse, Number("FUZZ_COUNT") ?? count, seed ?? Number("FUZZ_SEED") ?? 20_260_504, hasPlace ?? SaysWhere);
        run.Warm();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        run.Play(Hang);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        if (growth > MostMemory) Assert.Fail($"{name}: {growth >> 20} MiB more are held after {run.Count} inputs (seed {run.Seed}).");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"fuzz {name}: {run.Count} inputs, {run.Accepted} accepted, slowest {run.Slowest.TotalMilliseconds:0.0} ms, {run.Busy.TotalSeconds:0.0} s in the parser, growth {growth >> 10} KiB, seed {run.Seed}"));
        return new FuzzResult(run.Count, run.Accepted, run.Slowest);
    }

    /// <summary>An expression (FHIRPath of the element), a number (line, column, byte) or a name between quotation marks.</summary>
    public static bool SaysWhere(Exception error) =>
        error is FhirException { Issues.Count: > 0 } refused
        && refused.Issues.All(i => i.Expression is { Length: > 0 } || i.Diagnostics.Any(c => char.IsAsciiDigit(c) || c is '«' or '\'' or '"'));

    static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    sealed class Round(string name, FuzzKind kind, byte[][] seeds, Action<byte[]> parse, int count, int seed, Func<Exception, bool> hasPlace)
    {
        readonly FuzzSeed[] parts = [.. seeds.Select(s => FuzzSeed.Of(kind, s))];
        byte[] current = [];
        long startedAt;
        volatile bool done;
        Exception? failure;

        public int Count => count;
        public int Seed => seed;
        public int Accepted { get; private set; }
        public TimeSpan Slowest { get; private set; }
        public TimeSpan Busy { get; private set; }

        /// <summary>The seeds themselves are right, and code that was never run does not count as slow.</summary>
        public void Warm()
        {
            parts.Length.ShouldBeGreaterThan(0, $"{name}: no seeds");
            foreach (var one in seeds) parse(one);
        }

        /// <summary>On a thread of its own: its stack is that of a server's thread, and a hang is seen from outside.</summary>
        public void Play(TimeSpan hang)
        {
            Volatile.Write(ref startedAt, Stopwatch.GetTimestamp());
            var thread = new Thread(All, maxStackSize: 1536 << 10) { IsBackground = true };
            thread.Start();
            while (!thread.Join(500) && !done)
                if (Stopwatch.GetElapsedTime(Volatile.Read(ref startedAt)) > hang) Assert.Fail(Told("hangs", Volatile.Read(ref current)));
            if (failure is not null) throw failure;
        }

        void All()
        {
            try
            {
                var random = new Random(seed);
                var mutator = new Mutator(kind, parts, random);
                for (var i = 0; i < count; i++) One(mutator.Next());
            }
            catch (Exception error)
            {
                failure = error;
            }
            done = true;
        }

        void One(byte[] input)
        {
            Volatile.Write(ref current, input);
            Volatile.Write(ref startedAt, Stopwatch.GetTimestamp());
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var took = Timed(input);
            if (GC.GetAllocatedBytesForCurrentThread() - allocated > MostMemory) Assert.Fail(Told("takes more than 64 MiB", input));
            Busy += took;
            // A busy machine is slow for its own reasons: what stays slow when asked again three times is the parser.
            for (var again = 0; took > Slow && again < 3; again++)
            {
                var worked = ThreadTime.Now;
                var wall = Timed(input);
                took = Min(took, OperatingSystem.IsLinux() ? ThreadTime.Now - worked : wall);
            }
            if (took > Slow) Assert.Fail(Told($"took {took.TotalMilliseconds:0} ms", input));
            if (took > Slowest) Slowest = took;
        }

        TimeSpan Timed(byte[] input)
        {
            var from = Stopwatch.GetTimestamp();
            try
            {
                parse(input);
                Accepted++;
                return Stopwatch.GetElapsedTime(from);
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                var took = Stopwatch.GetElapsedTime(from);
                // Nothing has no places in it.
                if (!hasPlace(error) && !(error is FhirException && string.IsNullOrWhiteSpace(Encoding.UTF8.GetString(input).Trim('\uFEFF')))) Assert.Fail(Told($"throws without a place: {error}", input));
                if (error.Message.Length > MostWords) Assert.Fail(Told($"answers with {error.Message.Length} characters", input));
                return took;
            }
        }

        string Told(string what, byte[] input) => new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{name} {what} (seed {seed}, {input.Length} bytes)")
            .AppendLine(Encoding.UTF8.GetString(input, 0, Math.Min(input.Length, 2_000)))
            .Append(Convert.ToBase64String(input)).ToString();

        static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }
}

/// <summary>The processor time of this thread: what a busy machine does not lengthen.</summary>
static class ThreadTime
{
    const int Clock = 3;   // CLOCK_THREAD_CPUTIME_ID

    public static TimeSpan Now => OperatingSystem.IsLinux() && Read(Clock, out var at) == 0
        ? TimeSpan.FromTicks((at.Seconds * TimeSpan.TicksPerSecond) + (at.Nanoseconds / TimeSpan.NanosecondsPerTick)) : TimeSpan.Zero;

    [DllImport("libc", EntryPoint = "clock_gettime")]
    static extern int Read(int clock, out Moment at);

    [StructLayout(LayoutKind.Sequential)]
    struct Moment
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

sealed record FuzzResult(int Count, int Accepted, TimeSpan Slowest);
