using System.Globalization;
using System.Net;

namespace Minik8s.Sandbox.Processes;

/// <summary>Who listens on a port, as far as /proc tells: one sees one's own processes, root sees all.</summary>
internal static class ListeningSocket
{
    private const string Listen = "0A";

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    public static string? OwnerOf(IPEndPoint endPoint)
    {
        var inode = Tables
            .Where(File.Exists)
            .SelectMany(File.ReadLines)
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(field => field.Length > 9 && field[3] == Listen && Covers(field[1], endPoint))?[9];
        return inode is null ? null : Holder(inode) ?? "a process of another user";
    }

    /// <summary>Whether a socket of /proc/net/tcp is this very one or listens on every address.</summary>
    private static bool Covers(string local, IPEndPoint endPoint)
    {
        var parts = local.Split(':');
        return parts.Length == 2
            && int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == endPoint.Port
            && (parts[0].All(digit => digit == '0')
                || parts[0] == Convert.ToHexString([.. endPoint.Address.GetAddressBytes().Reverse()]));
    }

    private static string? Holder(string inode)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                if (new DirectoryInfo(Path.Combine(process, "fd")).EnumerateFileSystemInfos()
                    .Any(descriptor => descriptor.LinkTarget == $"socket:[{inode}]"))
                {
                    return $"process {id} ({File.ReadAllText(Path.Combine(process, "comm")).Trim()})";
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or it is not ours to look at.
            }
        }

        return null;
    }
}
