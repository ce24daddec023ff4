namespace Minik8s.ApiServer.Http;

/// <summary>Ends a request with a Status.</summary>
internal sealed class StatusException(Status status) : Exception(status.Message)
{
    public Status Status { get; } = status;
}
