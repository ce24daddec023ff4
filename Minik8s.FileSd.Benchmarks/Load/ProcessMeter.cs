using System.Globalization;
using System.Runtime.InteropServices;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>What a process has used so far, as the kernel counts it.</summary>
internal sealed partial class ProcessMeter(int id)
{
    /// <summary>Of the clock of a process: <c>~pid &lt;&lt; 3 | CPUCLOCK_SCHED</c>.</summary>
    private const int SchedulerClock = 2;

    /// <summary>User and system time of all its threads, those that have ended included; to the nanosecond.</summary>
    public TimeSpan Cpu
    {
        get
        {
            if (GetTime((~id << 3) | SchedulerClock, out var time) != 0)
                throw new InvalidOperationException($"process {id} has no clock: it has ended");
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100);
        }
    }

    /// <summary>The most that was resident at any time, in bytes.</summary>
    public long PeakMemory => Status("VmHWM") * 1024;

    /// <summary>Resident now, in bytes.</summary>
    public long Memory => Status("VmRSS") * 1024;

    /// <summary>How often each of its threads has waited and was woken.</summary>
    public IReadOnlyDictionary<string, long> Wakeups => Directory.EnumerateDirectories($"/proc/{id}/task")
        .ToDictionary(task => task, task => Field($"{task}/status", "voluntary_ctxt_switches"));

    /// <summary>How often threads were woken since then. What those have done that ended meanwhile is not known.</summary>
    public long WakeupsSince(IReadOnlyDictionary<string, long> before) =>
        Wakeups.Sum(task => Math.Max(0, task.Value - before.GetValueOrDefault(task.Key)));

    private long Status(string field) => Field($"/proc/{id}/status", field);

    private static long Field(string file, string field)
    {
        try
        {
            var line = File.ReadLines(file).First(line => line.StartsWith($"{field}:", StringComparison.Ordinal));
            return long.Parse(line.AsSpan(field.Length + 1).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0; // a thread that has just ended
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Time
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
