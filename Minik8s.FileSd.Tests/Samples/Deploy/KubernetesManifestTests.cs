using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples.Deploy;

/// <summary>
/// The manifests, read strictly by the official client's models, and what they say to each other: names that must be the
/// same, rights that must suffice, a configuration that Prometheus must find.
/// </summary>
internal sealed partial class KubernetesManifestTests
{
    private const string Monitoring = "monitoring";

    private static readonly string Folder = SampleFiles.Sample("deploy/kubernetes");
    private static readonly string[] Files = [.. Directory.GetFiles(Folder, "*.yaml").Order(StringComparer.Ordinal)];

    private static readonly Dictionary<string, Type> Types = new()
    {
        ["v1/Namespace"] = typeof(V1Namespace),
        ["v1/ServiceAccount"] = typeof(V1ServiceAccount),
        ["v1/Service"] = typeof(V1Service),
        ["rbac.authorization.k8s.io/v1/ClusterRole"] = typeof(V1ClusterRole),
        ["rbac.authorization.k8s.io/v1/ClusterRoleBinding"] = typeof(V1ClusterRoleBinding),
        ["apps/v1/DaemonSet"] = typeof(V1DaemonSet),
        ["apps/v1/StatefulSet"] = typeof(V1StatefulSet),
    };

    private static readonly IReadOnlyList<object> Objects = [.. Files.SelectMany(file => Strict(File.ReadAllText(file)))];

    private static V1PodSpec Prometheus => One<V1StatefulSet>().Spec.Template.Spec;

    private static V1Container Daemon => Prometheus.Containers.Single(container => container.Name == "filesd");

    private static IEnumerable<(V1PodSpec Pod, V1Container Container)> Containers =>
        from pod in new[] { Prometheus, One<V1DaemonSet>().Spec.Template.Spec }
        from container in (pod.InitContainers ?? []).Concat(pod.Containers)
        select (pod, container);

    [Test]
    public void Every_object_is_one_that_Kubernetes_knows_and_in_the_namespace()
    {
        Objects.Should().HaveCount(7);
        Objects.OfType<IMetadata<V1ObjectMeta>>().Where(item => item is not (V1Namespace or V1ClusterRole or V1ClusterRoleBinding))
            .Should().HaveCount(4).And.OnlyContain(item => item.Metadata.NamespaceProperty == Monitoring);
        One<V1Namespace>().Metadata.Name.Should().Be(Monitoring);
    }

    [TestCase("readOnlyRootFilesystem:", "readOnlyRootFileSystem:")]
    [TestCase("livenessProbe:", "livelinessProbe:")]
    [TestCase("mountPath:", "mountpath:")]
    public void A_field_that_Kubernetes_does_not_know_would_be_noticed(string field, string misspelt)
    {
        var wrong = File.ReadAllText(Files[^1]).Replace(field, misspelt);
        FluentActions.Invoking(() => Strict(wrong)).Should().Throw<Exception>();
    }

    [Test]
    public void The_daemon_may_list_and_watch_nodes_and_pods_and_nothing_else()
    {
        var rule = One<V1ClusterRole>().Rules.Should().ContainSingle().Subject;
        rule.ApiGroups.Should().Equal("");
        rule.Resources.Should().Equal("nodes", "pods");
        rule.Verbs.Should().Equal("list", "watch");

        var binding = One<V1ClusterRoleBinding>();
        binding.RoleRef.Name.Should().Be(One<V1ClusterRole>().Metadata.Name);
        var subject = binding.Subjects.Should().ContainSingle().Subject;
        (subject.Kind, subject.Name, subject.NamespaceProperty).Should()
            .Be(("ServiceAccount", One<V1ServiceAccount>().Metadata.Name, Monitoring));
        Prometheus.ServiceAccountName.Should().Be(subject.Name);
    }

    [Test]
    public async Task What_the_daemon_asks_for_is_what_it_may()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var daemon = Support.Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await TestCluster.UntilTargets(cluster.NodesFile);
        await TestCluster.UntilTargets(cluster.PodsFile);
        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddPod("p", "127.0.2.1");
        await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.1:9100");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");

        var rule = One<V1ClusterRole>().Rules.Single();
        var asked = cluster.Server.Faults.Requests;
        asked.Select(request => request.IsWatch ? "watch" : request.IsList ? "list" : request.ToString()).Distinct().Should().BeEquivalentTo(rule.Verbs, "no less and no more");
        asked.Select(request => request.Resource).Distinct().Should().BeEquivalentTo(rule.Resources);
    }

    [Test]
    public void Only_the_daemon_gets_a_token_and_it_is_told_where()
    {
        One<V1ServiceAccount>().AutomountServiceAccountToken.Should().BeFalse();
        Containers.Select(item => item.Pod).Distinct().Should().OnlyContain(pod => pod.AutomountServiceAccountToken == false);
        var token = Prometheus.Volumes.Single(volume => volume.Projected?.Sources.Any(source => source.ServiceAccountToken is not null) == true);
        var mount = Containers.SelectMany(item => item.Container.VolumeMounts.Where(mount => mount.Name == token.Name)).Should().ContainSingle().Subject;
        Daemon.VolumeMounts.Should().Contain(mount);

        var sources = token.Projected.Sources;
        Daemon.Args.Should()
            .Contain($"--api.token-file={mount.MountPath}/{sources.Single(source => source.ServiceAccountToken is not null).ServiceAccountToken.Path}")
            .And.Contain($"--api.ca-file={mount.MountPath}/{sources.Single(source => source.ConfigMap is not null).ConfigMap.Items.Single().Path}")
            .And.Contain($"--targets.dir={Daemon.VolumeMounts.Single(other => other.Name == "targets").MountPath}");
    }

    [Test]
    public void Every_argument_of_the_daemon_is_a_setting_of_it() =>
        Daemon.Args.Select(argument => argument.Split('=')[0]).Should().BeSubsetOf(Settings.All.Select(setting => setting.Flag));

    [Test]
    public void Every_container_has_few_rights_limits_probes_and_a_version()
    {
        foreach (var (pod, container) in Containers)
        {
            var (name, rights) = (container.Name, container.SecurityContext);
            rights.AllowPrivilegeEscalation.Should().BeFalse(name);
            rights.ReadOnlyRootFilesystem.Should().BeTrue(name);
            rights.Capabilities.Drop.Should().Equal(["ALL"], name);
            (rights.Capabilities.Add ?? []).Should().BeEmpty(name);
            (rights.Privileged ?? false).Should().BeFalse(name);
            pod.SecurityContext.RunAsNonRoot.Should().BeTrue(name);
            (rights.RunAsUser ?? pod.SecurityContext.RunAsUser).Should().BeGreaterThan(0, name);
            pod.SecurityContext.SeccompProfile.Type.Should().Be("RuntimeDefault", name);
            container.Resources.Limits.Should().ContainKey("memory", name);
            container.Resources.Requests.Should().ContainKeys("cpu", "memory");
            container.Image.Should().MatchRegex(@":v?\d+\.\d+\.\d+$", name);

            container.LivenessProbe.Should().NotBeNull(name);
            foreach (var probe in new[] { container.LivenessProbe, container.ReadinessProbe, container.StartupProbe }.OfType<V1Probe>())
                container.Ports.Select(port => port.Name).Should().Contain(probe.HttpGet.Port.Value, name);
        }

        Daemon.Args.Should().Contain($"--web.listen-address=:{Daemon.Ports.Single().ContainerPort}", "the kubelet asks there");
    }

    [Test]
    public void Every_mount_has_a_volume_and_every_volume_is_mounted()
    {
        foreach (var pod in Containers.Select(item => item.Pod).Distinct())
        {
            var claimed = pod == Prometheus ? One<V1StatefulSet>().Spec.VolumeClaimTemplates.Select(claim => claim.Metadata.Name) : [];
            pod.Containers.SelectMany(container => container.VolumeMounts).Select(mount => mount.Name).Distinct()
                .Should().BeEquivalentTo(pod.Volumes.Select(volume => volume.Name).Concat(claimed));
        }

        Prometheus.Volumes.Single(volume => volume.Name == "targets").EmptyDir.Should().NotBeNull();
    }

    [Test]
    public void Selectors_find_their_pods_and_the_service_its_port()
    {
        var (set, nodes, service) = (One<V1StatefulSet>(), One<V1DaemonSet>(), One<V1Service>());
        set.Spec.Template.Metadata.Labels.Should().Contain(set.Spec.Selector.MatchLabels).And.Contain(service.Spec.Selector);
        nodes.Spec.Template.Metadata.Labels.Should().Contain(nodes.Spec.Selector.MatchLabels).And.NotContainKey("log");
        set.Spec.ServiceName.Should().Be(service.Metadata.Name);
        Prometheus.Containers.SelectMany(container => container.Ports).Select(port => port.Name)
            .Should().Contain(service.Spec.Ports.Single().TargetPort.Value);
    }

    [Test]
    public void Node_exporter_listens_where_the_daemon_says_it_does()
    {
        var exporter = One<V1DaemonSet>().Spec.Template.Spec;
        var port = Settings.All.Single(setting => setting.Name == "node.port").Default;
        exporter.HostNetwork.Should().BeTrue();
        exporter.Containers.Single().Ports.Single().HostPort.ToString().Should().Be(port);
        exporter.Containers.Single().Args.Should().Contain($"--web.listen-address=:{port}");
    }

    [Test]
    public async Task Prometheus_finds_its_configuration_in_what_is_mounted()
    {
        using var container = new TempFolder();
        var maps = await ConfigMapsAsync();
        var mounts = Prometheus.Containers.Single(item => item.Name == "prometheus").VolumeMounts;
        foreach (var mount in mounts)
        {
            var folder = Directory.CreateDirectory(container[mount.MountPath.TrimStart('/')]).FullName;
            if (Prometheus.Volumes.SingleOrDefault(volume => volume.Name == mount.Name)?.ConfigMap is { } source)
            {
                foreach (var (file, text) in maps[source.Name].Data)
                    await File.WriteAllTextAsync(Path.Combine(folder, file), text);
            }
        }

        var targets = mounts.Single(mount => mount.Name == "targets").MountPath;
        foreach (var file in new[] { "nodes.json", "pods.json" })
            await File.WriteAllTextAsync(Path.Combine(container[targets.TrimStart('/')], file), "[]\n");
        var config = Prometheus.Containers.Single(item => item.Name == "prometheus").Args
            .Single(argument => argument.StartsWith("--config.file=", StringComparison.Ordinal)).Split('=')[1];
        var check = await SampleFiles.PromtoolAsync("check", "config", container[config.TrimStart('/')]);
        (check.Code, check.Error).Should().Be((0, ""));
        check.Out.Should().Contain("2 rule files found").And.NotContain("WARNING", "every file that is referred to is there");
    }

    /// <summary>Those that the README says to make, made as it says; only that the cluster is not told.</summary>
    private static async Task<Dictionary<string, V1ConfigMap>> ConfigMapsAsync()
    {
        var maps = new Dictionary<string, V1ConfigMap>();
        foreach (var command in CreateConfigMap().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, "README.md"))).Select(match => match.Value))
        {
            string[] arguments = [.. command.Split(' ')[1..].Select(argument => argument.Replace("=samples/", $"={SampleFiles.Sample("")}/"))];
            var made = await Executable.RunAsync("kubectl", [.. arguments, "--dry-run=client", "-o", "yaml"]);
            made.Code.Should().Be(0, made.Error);
            var map = KubernetesYaml.Deserialize<V1ConfigMap>(made.Out, strict: true);
            map.Metadata.NamespaceProperty.Should().Be(Monitoring);
            maps.Add(map.Metadata.Name, map);
        }

        return maps;
    }

    private static T One<T>() => Objects.OfType<T>().Single();

    private static List<object> Strict(string yaml) => KubernetesYaml.LoadAllFromString(yaml, Types, strict: true);

    [GeneratedRegex("(?<=^ +)kubectl -n monitoring create configmap [^|\n]+$", RegexOptions.Multiline)]
    private static partial Regex CreateConfigMap();
}
