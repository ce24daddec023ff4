namespace Minik8s.Sandbox.Alertmanager;

/// <summary>An alert that Alertmanager has received.</summary>
internal sealed record ReceivedAlert(IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations)
{
    public string Name => Labels.GetValueOrDefault("alertname", "");
}
