namespace Minik8s.FileSd.Targets;

/// <summary>A label whose name the owner of an object has made up, or nearly so.</summary>
/// <param name="Name">A valid label name.</param>
/// <param name="Value">Empty for no label.</param>
/// <param name="PresentName">Of a label beside it that says that it is there; null for none.</param>
internal sealed record OwnersLabel(string Name, string Value, string? PresentName = null)
{
    /// <summary>Bytes that it takes in the file.</summary>
    public int Size { get; } =
        (Value.Length == 0 ? 0 : TargetGroup.SizeOf(Name, Value)) + (PresentName is null ? 0 : TargetGroup.SizeOf(PresentName, "true"));
}
