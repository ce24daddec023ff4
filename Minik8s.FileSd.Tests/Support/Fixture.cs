using System.Text;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>Recordings of a real API server and a real Prometheus.</summary>
internal static class Fixture
{
    public static byte[] Bytes(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));

    /// <summary>The body of a recorded HTTP answer: what follows the empty line.</summary>
    public static byte[] Body(string name)
    {
        var answer = Encoding.UTF8.GetString(Bytes($"wire/{name}"));
        return Encoding.UTF8.GetBytes(answer[(answer.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]);
    }
}
