namespace Minik8s.FileSd;

/// <summary>A number of things in words.</summary>
internal static class Counted
{
    /// <param name="one">What one of them is called; several have an s behind it.</param>
    /// <returns>Such as <c>1 target</c> and <c>2 targets</c>.</returns>
    public static string Of(int count, string one) => count == 1 ? $"1 {one}" : $"{count} {one}s";
}
