namespace Minik8s.FileSd.Cluster.Access;

/// <summary>The way to the server, or what it is to be shown, cannot be had. The text says why and what to do, and holds no secret.</summary>
internal sealed class AccessException(string message, Exception? inner = null) : Exception(message, inner);
