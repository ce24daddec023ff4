using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Minik8s.ApiServer.Resources;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>The sample pods are pods, and the daemon makes of them what their comments say.</summary>
internal sealed class PodManifestTests
{
    private static readonly string[] Files = Directory.GetFiles(SampleFiles.Sample("pods"));

    [TestCaseSource(nameof(Files))]
    public void Every_field_is_one_that_Kubernetes_knows(string file)
    {
        var pod = Strict(file);
        (pod.ApiVersion, pod.Kind, pod.Name()).Should().Be(("v1", "Pod", Path.GetFileNameWithoutExtension(file)));
    }

    [Test]
    public void A_field_that_Kubernetes_does_not_know_would_be_noticed()
    {
        var misspelt = File.ReadAllText(Files[0]).Replace("containerPort:", "containerport:");
        FluentActions.Invoking(() => KubernetesYaml.Deserialize<V1Pod>(misspelt, strict: true)).Should().Throw<Exception>();
    }

    [TestCase("metrics-app", "10.1.0.1:2112 app")]
    [TestCase("two-containers", "10.1.0.1:2112 shop", "10.1.0.1:2113 billing")]
    public void A_pod_becomes_a_target_for_each_port_of_the_name(string name, params string[] targets)
    {
        var pod = JsonSerializer.Deserialize(Running(name, "10.1.0.1"), ClusterJson.Default.Pod)!;
        new PodProjection("prometheus", false, LabelRules.Standard).Project(pod).Should().BeOfType<Verdict.Target>().Which.Groups
            .Select(group => $"{group.Address} {group.Labels.Single(label => label.Key == "container").Value}").Should().Equal(targets);
    }

    [Test]
    public async Task The_daemon_monitors_all_of_them_but_the_one_without_the_label()
    {
        await using var cluster = await TestCluster.StartAsync();
        foreach (var (name, address) in new[] { ("metrics-app", "10.1.0.1"), ("not-monitored", "10.1.0.2"), ("two-containers", "10.1.0.3") })
            cluster.Server.Registry.Create(ResourceKind.Pods, "default", Running(name, address));
        cluster.Server.Registry.Create(ResourceKind.Pods, "default", Running("not-monitored", "10.1.0.4", "log"));

        await using var daemon = Daemon.Run("--api.server", $"{cluster.Server.Uri}", "--targets.dir", cluster.Folder, "--once");
        (await daemon.ExitCode()).Should().Be(0);
        TestCluster.Targets(cluster.PodsFile).Should().Equal("10.1.0.4:2112", "10.1.0.1:2112", "10.1.0.3:2112", "10.1.0.3:2113");
    }

    private static V1Pod Strict(string file) => KubernetesYaml.Deserialize<V1Pod>(File.ReadAllText(file), strict: true);

    /// <summary>The pod as a cluster tells of it once it runs; with <paramref name="label"/>, a copy that was given the label later.</summary>
    private static JsonObject Running(string name, string address, string? label = null)
    {
        var pod = Strict(SampleFiles.Sample($"pods/{name}.yaml"));
        if (label is not null)
        {
            pod.Metadata.Name = $"labelled-{name}";
            pod.Metadata.Labels[label] = "prometheus";
        }

        pod.Spec.NodeName = "worker-1";
        pod.Status = new V1PodStatus { Phase = "Running", PodIP = address };
        return JsonNode.Parse(KubernetesJson.Serialize(pod))!.AsObject();
    }
}
