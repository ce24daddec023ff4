using Minik8s.FileSd.Cluster.Access;

namespace Minik8s.FileSd.Tests.Support;

internal static class Ways
{
    /// <summary>The way to a server that asks for nothing.</summary>
    public static AccessSource To(Uri server) =>
        new(new FoundAccess("a test", _ => new ServerAccess(server, Trust.OfSystem, null, FixedCredential.None)));
}
