namespace Minik8s.FileSd.Targets;

/// <summary>How much of a target file one object may take, whatever its owner writes.</summary>
/// <param name="MetadataBytes">
/// Of all of its targets, as they stand in the file, for labels whose names its owner makes up: from labels, annotations
/// and parameters, and of nodes from addresses and conditions.
/// </param>
/// <param name="PodTargets">Of one pod.</param>
internal sealed record TargetLimits(int MetadataBytes, int PodTargets)
{
    /// <summary>
    /// Bytes of any single value that is no label or annotation. Kubernetes allows names of 253 and container names of 63;
    /// for some, such as an image, it has no limit of its own.
    /// </summary>
    public const int LongestValue = 4 * 1024;

    public static readonly TargetLimits Standard = new(64 * 1024, 100);

    public static bool IsTooLong(string? value) =>
        value?.Length > LongestValue / 3 && Utf8Text.Size(value) > LongestValue;
}
