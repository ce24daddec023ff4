using System.Net;
using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>Sends an object's status when it differs from what was sent last.</summary>
internal sealed class StatusReport
{
    private string? _sent;

    public bool WasSent => _sent is not null;

    public async Task SendAsync(ApiClient api, string path, JsonObject status, CancellationToken cancellationToken)
    {
        var text = status.ToJsonString();
        if (text == _sent)
        {
            return;
        }

        try
        {
            await api.PatchStatusAsync(path, status, cancellationToken);
            _sent = text;
        }
        catch (ApiException refusal) when (refusal.Code == HttpStatusCode.NotFound)
        {
            // Deleted between the list and now: the next round does not see it any more.
        }
    }
}
