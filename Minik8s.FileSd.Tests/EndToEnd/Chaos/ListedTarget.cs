using System.Globalization;
using System.Text.Json;

namespace Minik8s.FileSd.Tests.EndToEnd.Chaos;

/// <summary>A target as a file lists it, of an object that counts its own changes.</summary>
/// <param name="Address">Host and port.</param>
/// <param name="Name">Of the node or the pod.</param>
/// <param name="Revision">The label <c>rev</c> of the object.</param>
internal sealed record ListedTarget(string Address, string Name, int Revision)
{
    private const UnixFileMode Everybody =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Reads a target file as strictly as Prometheus does, in the order of the file.</summary>
    /// <param name="written">When the file that was read was written.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is not what Prometheus takes, or not everybody may read it.</exception>
    public static List<ListedTarget> Read(string path, out DateTime written)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        written = File.GetLastWriteTimeUtc(file.SafeFileHandle);
        var mode = File.GetUnixFileMode(file.SafeFileHandle);
        var bytes = new byte[file.Length];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        try
        {
            if (mode != Everybody)
                throw new InvalidDataException($"its mode is {mode}");
            using var whole = JsonDocument.Parse(bytes.AsMemory(0, length));
            return [.. whole.RootElement.EnumerateArray().Select(Of)];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or InvalidDataException)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} of {length} bytes was read and is not valid: {fault.Message}", fault);
        }
    }

    private static ListedTarget Of(JsonElement group)
    {
        var labels = group.GetProperty("labels");
        if (group.EnumerateObject().Count() != 2 || labels.EnumerateObject().Any(label => label.Value.ValueKind != JsonValueKind.String))
            throw new InvalidDataException($"a group is {group}");
        var isPod = labels.TryGetProperty("pod", out var name);
        return new(
            group.GetProperty("targets").EnumerateArray().Single().GetString()!,
            (isPod ? name : labels.GetProperty("node")).GetString()!,
            int.Parse(labels.GetProperty($"__meta_kubernetes_{(isPod ? "pod" : "node")}_label_rev").GetString()!, CultureInfo.InvariantCulture));
    }
}
