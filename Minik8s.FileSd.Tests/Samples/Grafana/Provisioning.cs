using Minik8s.Sandbox.Processes;
using YamlDotNet.RepresentationModel;

namespace Minik8s.FileSd.Tests.Samples.Grafana;

/// <summary>The files of samples/grafana/provisioning.</summary>
internal static class Provisioning
{
    public static string Folder { get; } = Path.Combine(Programs.SamplesFolder, "grafana", "provisioning");

    public static IReadOnlyList<string> Files { get; } = Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories);

    public static YamlNode DataSource { get; } = Read(Path.Combine(Folder, "datasources", "prometheus.yaml"))["datasources"][0];

    public static YamlNode Provider { get; } = Read(Path.Combine(Folder, "dashboards", "minik8s.yaml"))["providers"][0];

    /// <summary>What the data source takes for the time between two scrapes.</summary>
    public static TimeSpan ScrapeInterval { get; } = Duration(DataSource["jsonData"]["timeInterval"]);

    public static TimeSpan Duration(YamlNode node)
    {
        PrometheusDuration.TryParse(node.ToString(), out var duration).Should().BeTrue($"{node} is a duration");
        return duration;
    }

    public static YamlNode Read(string path)
    {
        using var reader = File.OpenText(path);
        var yaml = new YamlStream();
        yaml.Load(reader);
        return yaml.Documents.Single().RootNode;
    }
}
