namespace Minik8s.FileSd.Benchmarks.Server;

/// <summary>The nodes and pods of a cluster by their numbers: Deployments of ten replicas each, in fifty namespaces.</summary>
internal static class Fleet
{
    /// <summary>The first pod. It sorts before all others, so that its line is the first of the file.</summary>
    public static readonly PodName Marker = new("a-first", "a-0");

    public static byte[] Node(int index, long version) => ObjectText.Node(NodeName(index), Address(10, index), version);

    /// <param name="revision">A label that the target has as well.</param>
    public static byte[] Pod(int index, long version, long revision = 0) =>
        ObjectText.Pod(NameOf(index).Namespace, NameOf(index).Name, PodAddress(index), NodeName(index / 10), version, revision);

    public static PodName NameOf(int pod) => pod == 0
        ? Marker
        : new($"team-{pod % 50:00}", $"app{pod / 10 % 1000:000}-{pod:0000000}");

    public static string NodeName(int index) => $"worker-{index:00000}";

    public static string PodAddress(int index) => Address(11, index);

    private static string Address(int first, int index) => $"{first}.{index >> 16 & 255}.{index >> 8 & 255}.{index & 255}";
}

internal readonly record struct PodName(string Namespace, string Name);
