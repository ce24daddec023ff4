namespace Minik8s.FileSd.Cluster;

/// <summary>How an API server speaks. docs/api-servers.md says how to add one.</summary>
internal enum Dialect
{
    /// <summary>As Kubernetes does, and nothing else.</summary>
    Kubernetes,

    /// <summary>As any of the Minik8s teaching projects does: <see cref="Tolerant.Facts"/>, <see cref="Tolerant.Envelope"/>.</summary>
    Minik8s,
}
