using System.Globalization;
using System.Runtime.InteropServices;

namespace Minik8s.FileSd.Benchmarks;

/// <summary>What is measured on, and when.</summary>
internal static class Machine
{
    public static string Description
    {
        get
        {
            var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "an unknown processor";
            var kibibytes = long.Parse(File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            return FormattableString.Invariant(
                $"{Environment.ProcessorCount} cores of {model}, {kibibytes / (double)(1 << 20):0.#} GiB, Linux {Environment.OSVersion.Version}, {RuntimeInformation.FrameworkDescription}; {TimeProvider.System.GetUtcNow():yyyy-MM-dd}.");
        }
    }
}
