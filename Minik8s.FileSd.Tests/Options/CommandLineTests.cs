using System.Collections;
using System.Net;
using System.Text.Json.Nodes;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Options;

internal sealed class CommandLineTests
{
    private const string NoShard =
        "is not a shard; write I/N like 0/3, the number of the shard and how many there are (1 to 10000), or leave it empty for all targets";

    private readonly Hashtable _environment = [];
    private readonly StringWriter _errors = new();
    private readonly TempFolder _folder = new();
    private FileSdOptions? _options;
    private IReadOnlyList<string> _unknown = [];

    [TearDown]
    public void TearDown()
    {
        _folder.Dispose();
        _errors.Dispose();
    }

    [Test]
    public async Task The_defaults_suit_a_minik8s_on_this_machine()
    {
        (await Run()).Should().Be(0);
        _options.Should().BeEquivalentTo(new
        {
            ApiServer = (Uri?)null,
            Kubeconfig = (string?)null,
            TokenFile = (string?)null,
            TargetsFolder = Path.GetFullPath("targets"),
            NodesFile = "nodes.json",
            PodsFile = "pods.json",
            NodePort = 9100,
            PodSelector = new { Text = "log=prometheus" },
            PodPortName = "prometheus",
            PodNamespaces = Array.Empty<string>(),
            NodeSelector = new { Text = "" },
            NodeRequireReady = (bool?)null,
            PodDropTerminating = false,
            Limits = Limits.Default,
            WebAddress = new IPEndPoint(IPAddress.Loopback, 9099),
            AuditFile = (string?)null,
            Labels = new { Limits = new { MetadataBytes = 65536, PodTargets = 100 } },
            SettleQuiet = TimeSpan.FromMilliseconds(50),
            SettleLimit = TimeSpan.FromSeconds(20),
            Once = false,
        });
    }

    [Test]
    public async Task A_flag_wins_over_a_variable_and_that_over_the_file()
    {
        await File.WriteAllTextAsync(_folder["c.json"], """{"node": {"port": 1}, "pod": {"port-name": "file", "selector": "file"}, "once": true}""");
        _environment["MINIK8S_FILESD_NODE_PORT"] = "2";
        _environment["MINIK8S_FILESD_POD_PORT_NAME"] = "variable";
        (await Run("--config.file", _folder["c.json"], "--node.port", "3")).Should().Be(0);
        _options.Should().BeEquivalentTo(new { NodePort = 3, PodPortName = "variable", PodSelector = new { Text = "file" }, Once = true });
    }

    [TestCase("--pod.namespace", "b,a,b")]
    [TestCase("--pod.namespace=b", "--pod.namespace=a")]
    public async Task Several_namespaces_stand_in_one_flag_or_in_several(params string[] flags)
    {
        (await Run(flags)).Should().Be(0);
        _options!.PodNamespaces.Should().Equal("a", "b");
    }

    [Test]
    public async Task Extra_labels_come_from_flags_or_variable_or_an_array_in_the_file()
    {
        (await Run("--labels.extra", "cluster=prod", "--labels.extra", @"team=a\,b")).Should().Be(0);
        _options!.Labels.Extra.Select(label => $"{label.Key} is {label.Value}").Should().Equal("cluster is prod", "team is a,b");
        _environment["MINIK8S_FILESD_LABELS_EXTRA"] = "cluster=dev,x=y=z";
        (await Run()).Should().Be(0);
        _options!.Labels.Extra.Select(label => $"{label.Key} is {label.Value}").Should().Equal("cluster is dev", "x is y=z");
        _environment.Clear();
        await File.WriteAllTextAsync(_folder["c.json"], """{"labels": {"extra": ["cluster=file", "team=a,b"]}, "pod": {"namespace": []}}""");
        (await Run("--config.file", _folder["c.json"])).Should().Be(0);
        _options!.Labels.Extra.Select(label => $"{label.Key} is {label.Value}").Should().Equal("cluster is file", "team is a,b");
        (await Run("--labels.extra", @"a=b\", "--labels.extra", "c=d")).Should().Be(0);
        _options!.Labels.Extra.Select(label => $"{label.Key} is {label.Value}").Should().Equal(@"a is b\", "c is d");
    }

    [TestCase("""{"pod": {"namespace": ["a", "b"]}, "pod.namespace": "c"}""", "pod.namespace stands in")]
    [TestCase("""{"pod": {"namespace": [""]}}""", "has an empty entry")]
    public async Task An_array_in_the_file_that_is_not_one_stops_the_start(string content, string problem)
    {
        await File.WriteAllTextAsync(_folder["c.json"], content);
        (await Run("--config.file", _folder["c.json"])).Should().Be(2);
        _errors.ToString().Should().Contain(problem);
    }

    [TestCase("--labels.extra=cluster", "NAME=VALUE")]
    [TestCase("--labels.extra=cluster=", "NAME=VALUE")]
    [TestCase("--labels.extra=1a=b", "NAME=VALUE")]
    [TestCase("--labels.extra=__scheme__=https", "Prometheus' own")]
    [TestCase("--labels.extra=node=x", "which targets have already")]
    [TestCase("--labels.extra=job=x", "which targets have already")]
    [TestCase("--labels.extra=a=1,a=2", "twice")]
    [TestCase("--pod.namespace=a,B", "at \"B\"")]
    [TestCase("--pod.namespace=a,", "is not a namespace")]
    [TestCase("--labels.annotation=a b", "is not the key of an annotation")]
    [TestCase("--labels.meta=all", "must be one of standard, full, none")]
    [TestCase("--labels.meta=none --labels.node-metadata", "does nothing with --labels.meta none")]
    [TestCase("--labels.meta=none --labels.annotation=a", "does nothing with --labels.meta none")]
    [TestCase("--node.selector=a in b", "is not a label selector")]
    public async Task A_wrong_label_or_selection_stops_the_start(string flags, string problem)
    {
        (await Run(flags.StartsWith("--node", StringComparison.Ordinal) ? [flags] : flags.Split(" --").Select((flag, i) => i == 0 ? flag : $"--{flag}").ToArray()))
            .Should().Be(2);
        _errors.ToString().Should().Contain(problem);
    }

    [Test]
    public async Task The_file_may_be_named_by_a_variable_and_its_keys_may_be_flat()
    {
        await File.WriteAllTextAsync(_folder["c.json"], """{"settle.quiet": "10ms"}""");
        _environment["MINIK8S_FILESD_CONFIG_FILE"] = _folder["c.json"];
        (await Run()).Should().Be(0);
        _options!.SettleQuiet.Should().Be(TimeSpan.FromMilliseconds(10));
    }

    [TestCase("--api.server", "10.0.0.1:6443", "is not an http or https address")]
    [TestCase("--api.server", "http://me:secret@host/", "contains credentials")]
    [TestCase("--api.server", "http://host/?x=1", "has a query")]
    [TestCase("--api.token-file", "/nowhere/token", "cannot be read")]
    [TestCase("--api.ca-file", "/nowhere/ca", "cannot be read")]
    [TestCase("--api.kubeconfig", "/nowhere/config", "cannot be read")]
    [TestCase("--targets.dir", "", "name a folder")]
    [TestCase("--targets.nodes-file", "a/b.json", "is not the plain name of a .json file")]
    [TestCase("--targets.pods-file", "pods.yaml", "is not the plain name of a .json file")]
    [TestCase("--node.port", "65536", "is not a port")]
    [TestCase("--pod.port-name", "No Name", "is not a port name")]
    [TestCase("--pod.namespace", "a/b", "is not a namespace")]
    [TestCase("--settle.quiet", "-1s", "is not a duration")]
    [TestCase("--settle.quiet", "21s", "--settle.quiet \"21s\" is longer than --settle.limit, which is 20s; make it shorter, or the limit longer")]
    [TestCase("--settle.limit", "10ms", "--settle.limit \"10ms\" is shorter than --settle.quiet, which is 50ms; make it longer, or the quiet shorter")]
    [TestCase("--targets.nodes-file", "pods.json", "--targets.nodes-file \"pods.json\" is the same as --targets.pods-file")]
    [TestCase("--pod.selector", "a==b==c", "is not a label selector")]
    [TestCase("--pod.selector", "a in b", "is not a label selector")]
    [TestCase("--pod.port-name", "2112", "is not a port name")]
    [TestCase("--web.listen-address", "9099", "is not an IP address and a port")]
    [TestCase("--web.listen-address", "127.0.0.1", "is not an IP address and a port")]
    [TestCase("--web.listen-address", "127.0.0.1:0", "is not an IP address and a port")]
    [TestCase("--web.listen-address", "127.0.0.1:65536", "is not an IP address and a port")]
    [TestCase("--web.listen-address", "localhost:9099", "is not an IP address and a port")]
    [TestCase("--web.listen-address", "::1:9099", "is not an IP address and a port")]
    [TestCase("--web.listen-address", "[127.0.0.1]:9099", "is not an IP address and a port")]
    [TestCase("--limits.metadata-bytes", "64k", "is not a size of up to 16MiB")]
    [TestCase("--limits.metadata-bytes", "17MiB", "is not a size of up to 16MiB")]
    [TestCase("--limits.pod-targets", "0", "is not a number from 1 to 65535")]
    [TestCase("--limits.object-bytes", "16M", "is not a size")]
    [TestCase("--limits.object-bytes", "1GB", "is not a size")]
    [TestCase("--limits.object-bytes", "-1", "is not a size")]
    [TestCase("--limits.object-bytes", "2047KiB", "is less than 2 MiB, as an object of Kubernetes may be")]
    [TestCase("--limits.object-bytes", "99999999999999999999GiB", "is not a size")]
    [TestCase("--limits.object-time", "100ms", "is shorter than 1s")]
    [TestCase("--limits.object-time", "11m", "--limits.object-time \"11m\" is longer than --limits.list-time, which is 10m")]
    [TestCase("--limits.list-objects", "0", "is not a number from 1 to")]
    [TestCase("--limits.list-objects", "1e6", "is not a number from 1 to")]
    [TestCase("--limits.list-bytes", "1MiB", "is less than 2 MiB")]
    [TestCase("--limits.list-bytes", "15MiB", "--limits.list-bytes \"15MiB\" is less than --limits.object-bytes, which is 16MiB; make it larger, or that smaller")]
    [TestCase("--limits.list-time", "forever", "is not a duration")]
    [TestCase("--prometheus.url", "127.0.0.1:9090", "is not an http or https address")]
    [TestCase("--prometheus.url", "http://host/?x=1", "has a query")]
    [TestCase("--prometheus.interval", "999ms", "is shorter than 1s")]
    [TestCase("--prometheus.token-file", "/nowhere/token", "cannot be read")]
    [TestCase("--log.level", "loud", "must be one of debug, info, warn, error")]
    [TestCase("--log.format", "xml", "must be one of text, json")]
    [TestCase("--audit.max-bytes", "4095", "is less than 4 KiB, as a few lines take")]
    [TestCase("--audit.max-bytes", "16MB", "is not a size")]
    [TestCase("--audit.file", "/tmp/", "is a folder; name a file")]
    [TestCase("--audit.file", "/tmp", "is a folder; name a file")]
    [TestCase("--audit.file", "targets/audit.jsonl", "is in --targets.dir, where Prometheus would read all targets again for each line")]
    [TestCase("--audit.file", "./a/../targets/.staging/audit.jsonl", "is in --targets.dir")]
    [TestCase("--guard.max-drop", "1", "is not a share")]
    [TestCase("--guard.max-drop", "50%", "is not a share")]
    [TestCase("--guard.min-targets", "-1", "is not a number")]
    public async Task A_wrong_value_stops_the_start_with_a_line_that_says_what_and_where(string flag, string value, string problem)
    {
        (await Run(flag, value)).Should().Be(2);
        _options.Should().BeNull();
        _errors.ToString().Should().Contain("minik8s-filesd: --").And.Contain(problem);
        _errors.ToString().Should().NotContain("secret").And.NotContain("   at ");
    }

    [TestCase("user:s3cret@127.0.0.1:9090", "…@127.0.0.1:9090")]
    [TestCase("http:user:s3cret@h/?s3cret", "…@h/?…")]
    [TestCase("http://user:s3c/ret@127.0.0.1:9090x", "http://…@127.0.0.1:9090x")]
    [TestCase("http://user:s3c@ret@127.0.0.1:9090/?s3cret", "http://…@127.0.0.1:9090/?…")]
    [TestCase("http://user:s3?c#ret@h:x", "http://…@h:x")]
    [TestCase("user:s3c\nret@h", "…@h")]
    [TestCase("127.0.0.1:9090/a/b", "127.0.0.1:9090/a/b")]
    public async Task No_password_of_a_wrong_address_is_shown(string value, string shown)
    {
        foreach (var name in (string[])["prometheus.url", "api.server"])
        {
            var variable = $"MINIK8S_FILESD_{name.ToUpperInvariant().Replace('.', '_')}";
            (await Run($"--{name}", value)).Should().Be(2);
            _environment[variable] = value;
            (await Run()).Should().Be(2);
            _environment.Remove(variable);
            await File.WriteAllTextAsync(_folder["c.json"], new JsonObject { [name] = value }.ToJsonString());
            (await Run("--config.file", _folder["c.json"])).Should().Be(2);
            _errors.ToString().Should().Contain($"--{name} \"{shown}\" ").And.Contain($"{variable} \"{shown}\" ").And.Contain($"{name} in {_folder["c.json"]} \"{shown}\" ");
        }

        _errors.ToString().Should().NotContain("s3c").And.NotContain("ret@");
    }

    [TestCase("--promtheus.url", "http://user:s3cret@h")]
    [TestCase("--promtheus.url=http://user:s3cret@h")]
    public async Task No_password_behind_a_flag_that_is_misspelt_is_shown(params string[] arguments)
    {
        (await Run(arguments)).Should().Be(2);
        _errors.ToString().Should().Contain("…@h").And.NotContain("s3cret");
    }

    [TestCase("pods.json")]
    [TestCase("not-there.jsonl")]
    [TestCase(".staging/audit.jsonl")]
    public async Task An_audit_file_that_is_a_link_into_the_folder_stops_the_start(string name)
    {
        Directory.CreateDirectory(_folder["targets/.staging"]);
        await File.WriteAllTextAsync(_folder["targets/pods.json"], "[]");
        File.CreateSymbolicLink(_folder["audit.jsonl"], _folder[$"targets/{name}"]);
        File.CreateSymbolicLink(_folder["again.jsonl"], "audit.jsonl");
        Directory.CreateSymbolicLink(_folder["other"], "targets");
        foreach (var path in (string[])["audit.jsonl", "again.jsonl", $"other/{name}"])
        {
            (await Run("--targets.dir", _folder["targets"], "--audit.file", _folder[path])).Should().Be(2, path);
            _errors.ToString().Should().MatchRegex("--audit.file \".+\" is in --targets.dir");
        }
    }

    [Test]
    public async Task An_audit_file_may_be_a_link_to_elsewhere()
    {
        Directory.CreateDirectory(_folder["targets"]);
        File.CreateSymbolicLink(_folder["audit.jsonl"], _folder["real.jsonl"]);
        File.CreateSymbolicLink(_folder["round.jsonl"], "round.jsonl");
        foreach (var path in (string[])["audit.jsonl", "round.jsonl"])
            (await Run("--targets.dir", _folder["targets"], "--audit.file", _folder[path])).Should().Be(0, path);
    }

    [Test]
    public async Task Each_wrong_value_is_told_with_its_origin()
    {
        await File.WriteAllTextAsync(_folder["c.json"], """{"settle": {"limit": "soon"}}""");
        _environment["MINIK8S_FILESD_NODE_PORT"] = "x";
        (await Run("--config.file", _folder["c.json"], "--log.level=loud")).Should().Be(2);
        _errors.ToString().Should().Contain("MINIK8S_FILESD_NODE_PORT \"x\"")
            .And.Contain($"settle.limit in {_folder["c.json"]} \"soon\"")
            .And.Contain("--log.level \"loud\"");
    }

    [Test]
    public async Task Of_two_values_that_exclude_each_other_the_one_that_was_set_is_told_with_its_origin()
    {
        await File.WriteAllTextAsync(_folder["c.json"], """{"settle": {"limit": "10ms"}}""");
        (await Run("--config.file", _folder["c.json"])).Should().Be(2);
        _environment["MINIK8S_FILESD_LIMITS_LIST_TIME"] = "5s";
        (await Run()).Should().Be(2);
        _errors.ToString().Should()
            .Contain($"minik8s-filesd: settle.limit in {_folder["c.json"]} \"10ms\" is shorter than --settle.quiet, which is 50ms; make it longer, or the quiet shorter\n")
            .And.Contain("minik8s-filesd: MINIK8S_FILESD_LIMITS_LIST_TIME \"5s\" is shorter than --limits.object-time, which is 30s; make it longer, or that shorter\n");
    }

    [TestCase("--shard was given twice; give it once", "--shard", "0/3", "--shard", "1/3")]
    [TestCase("--shard was given 3 times; give it once", "--shard=0/3", "--shard=1/3", "--shard=2/3")]
    [TestCase("--settle.limit was given twice; give it once", "--settle.limit=1s", "--settle.limit=1s")]
    [TestCase("Unrecognized command or argument '--shrad=0/3'; did you mean --shard?", "--shrad=0/3")]
    [TestCase("Unrecognized command or argument '--settle-limit'; did you mean --settle.limit?", "--settle-limit", "5s")]
    [TestCase("Unrecognized command or argument '--nonsense'.", "--nonsense")]
    public async Task A_flag_that_is_misspelt_or_given_twice_is_told(string words, params string[] arguments)
    {
        (await Run(arguments)).Should().Be(2);
        _options.Should().BeNull();
        _errors.ToString().Should().StartWith($"minik8s-filesd: {words}\n");
    }

    [TestCase("--nonsense")]
    [TestCase("--node.port")]
    [TestCase("nonsense")]
    public async Task What_is_no_flag_stops_the_start(string argument)
    {
        (await Run(argument)).Should().Be(2);
        _options.Should().BeNull();
        _errors.ToString().Should().Contain(argument);
    }

    [TestCase("""{"node": {"prot": 1}}""", "node.prot in")]
    [TestCase("""{"nod": {}}""", "nod in")]
    [TestCase("""{"node": {"port": null}}""", "has no value")]
    [TestCase("""{"node": {"port": 1}, "node.port": 2}""", "twice")]
    [TestCase("""{"node": """, "cannot be read")]
    [TestCase("""[1]""", "cannot be read")]
    public async Task A_configuration_file_with_a_mistake_stops_the_start(string content, string problem)
    {
        await File.WriteAllTextAsync(_folder["c.json"], content);
        (await Run("--config.file", _folder["c.json"])).Should().Be(2);
        _errors.ToString().Should().Contain(problem);
    }

    [Test]
    public async Task A_configuration_file_that_is_missing_stops_the_start()
    {
        (await Run("--config.file", _folder["none.json"])).Should().Be(2);
        _errors.ToString().Should().Contain("none.json");
    }

    [Test]
    public async Task A_variable_that_looks_like_a_setting_and_is_none_is_told()
    {
        _environment["MINIK8S_FILESD_SETLE_QUIET"] = "1s";
        _environment["MINIK8S_FILESD_PORT"] = "tcp://10.0.0.1:80";
        _environment["MINIK8S_FILESD_SERVICE_HOST"] = "10.0.0.1";
        (await Run()).Should().Be(0);
        _unknown.Should().Equal("MINIK8S_FILESD_SETLE_QUIET");
    }

    [Test]
    public async Task An_audit_trail_is_not_kept_in_the_target_folder_by_another_name_of_it_either()
    {
        Directory.CreateDirectory(_folder["targets"]);
        Directory.CreateSymbolicLink(_folder["link"], _folder["targets"]);
        (await Run("--targets.dir", _folder["targets"], "--audit.file", Path.Combine(_folder["link"], "audit.jsonl"))).Should().Be(2);
        _errors.ToString().Should().MatchRegex("--audit.file \".+\" is in --targets.dir");
        (await Run("--targets.dir", _folder["targets"], "--audit.file", _folder["targets.jsonl"])).Should().Be(0);
        _options!.AuditFile.Should().Be(_folder["targets.jsonl"]);
        _options.AuditMaxBytes.Should().Be(16 << 20);
    }

    [TestCase("127.0.0.2:9100", "127.0.0.2:9100")]
    [TestCase("0.0.0.0:80", "0.0.0.0:80")]
    [TestCase("[::1]:9099", "[::1]:9099")]
    public async Task The_endpoint_may_listen_on_any_address(string value, string address)
    {
        (await Run("--web.listen-address", value)).Should().Be(0);
        _options!.WebAddress.Should().Be(IPEndPoint.Parse(address));
    }

    [Test]
    public async Task A_port_alone_is_that_of_every_address()
    {
        (await Run("--web.listen-address", ":9099")).Should().Be(0);
        _options!.WebAddress!.Address.Should().BeOneOf(IPAddress.IPv6Any, IPAddress.Any);
        _options.WebAddress.Port.Should().Be(9099);
    }

    [Test]
    public async Task The_endpoint_may_be_turned_off()
    {
        (await Run("--web.listen-address=")).Should().Be(0);
        _options!.WebAddress.Should().BeNull();
    }

    [Test]
    public async Task A_shard_is_one_of_so_many_and_without_it_all_targets_are_told()
    {
        (await Run()).Should().Be(0);
        _options!.Shard.Should().BeNull();
        _environment["MINIK8S_FILESD_SHARD"] = "2/3";
        (await Run()).Should().Be(0);
        _options!.Shard.Should().Be(new Shard(2, 3));
        (await Run("--shard=")).Should().Be(0);
        _options!.Shard.Should().BeNull();
    }

    [TestCase("3/3", "is a shard that there is not: they count from 0, so that the last one is 2/3")]
    [TestCase("1/1", "is a shard that there is not: they count from 0, so that the last one is 0/1")]
    [TestCase("0/0", NoShard)]
    [TestCase("-1/3", NoShard)]
    [TestCase("1", NoShard)]
    [TestCase("1 / 3", NoShard)]
    [TestCase("0/1/2", NoShard)]
    [TestCase("0/10001", NoShard)]
    [TestCase("$(POD_INDEX)/3", NoShard)]
    public async Task What_is_no_shard_stops_the_start(string value, string words)
    {
        (await Run("--shard", value)).Should().Be(2);
        _errors.ToString().Should().StartWith($"minik8s-filesd: --shard \"{value}\" {words}\n");
    }

    [TestCase("log=prometheus")]
    [TestCase("a==b, c != d,!e,f")]
    [TestCase("example.com/tier in (a, b,),x notin (y)")]
    [TestCase("a=,b>5")]
    public async Task Any_selector_of_Kubernetes_is_taken(string selector) => (await Run("--pod.selector", selector)).Should().Be(0);

    [Test]
    public async Task A_selector_may_be_empty()
    {
        (await Run("--pod.selector=")).Should().Be(0);
        _options!.PodSelector.Text.Should().BeEmpty();
    }

    [Test]
    public async Task An_address_without_a_slash_at_the_end_gets_one()
    {
        (await Run("--api.server", "https://host:6443/k8s/clusters/c-1")).Should().Be(0);
        _options!.ApiServer.Should().Be(new Uri("https://host:6443/k8s/clusters/c-1/"));
    }

    private Task<int> Run(params string[] arguments) =>
        new CommandLine().RunAsync(arguments, _environment, _errors, (options, unknown) =>
        {
            (_options, _unknown) = (options, unknown);
            return Task.FromResult(0);
        });
}
