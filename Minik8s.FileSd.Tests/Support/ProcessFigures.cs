using System.Globalization;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>What a process uses at one moment.</summary>
/// <param name="Changes">How many changes it had been told by then.</param>
/// <param name="ResidentMegabytes">Memory that is in RAM, shared pages of its binary included.</param>
/// <param name="HeapMegabytes">Objects of .NET, those included that the next collection will find unused.</param>
internal sealed record ProcessFigures(long Changes, double ResidentMegabytes, double HeapMegabytes, int Handles, int Threads)
{
    private const double Megabyte = 1024 * 1024;

    /// <param name="scrape">Of the process' own metrics, taken just now.</param>
    public static ProcessFigures Of(int processId, long changes, Scrape scrape)
    {
        var status = File.ReadLines($"/proc/{processId}/status")
            .Select(line => line.Split(':', StringSplitOptions.TrimEntries)).ToDictionary(pair => pair[0], pair => pair[1]);
        return new(
            changes,
            double.Parse(status["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture) * 1024 / Megabyte,
            scrape.Value("dotnet_total_memory_bytes")!.Value / Megabyte,
            Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd").Count(),
            int.Parse(status["Threads"], CultureInfo.InvariantCulture));
    }
}
