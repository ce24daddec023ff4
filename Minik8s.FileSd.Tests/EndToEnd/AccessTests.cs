using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>The daemon's process finds its server, follows what is rotated, and keeps secrets to itself.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class AccessTests
{
    [Test]
    public async Task In_a_pod_it_needs_no_setting_at_all()
    {
        await using var setting = await Setting.StartAsync();
        setting.Front.Check = http => http.Request.Headers.Authorization == "Bearer s3cret" ? 200 : 401;
        setting.Write("token", "s3cret");

        // What the kubelet mounts into a pod, in a mount namespace of its own.
        await using var daemon = Daemon.RunInShell(
            $"export KUBERNETES_SERVICE_HOST=127.0.0.1 KUBERNETES_SERVICE_PORT={setting.Front.Port} KUBECONFIG=/nowhere; exec unshare --map-root-user --mount bash -c '"
            + "mount -t tmpfs tmpfs /run && mkdir -p /var/run/secrets/kubernetes.io/serviceaccount"
            + $" && cp {setting.Folder["token"]} {setting.Folder["ca.crt"]} /var/run/secrets/kubernetes.io/serviceaccount && exec \"$@\"' bash \"$@\"",
            "--targets.dir", setting.Cluster.Folder, "--log.level", "debug", "--log.format", "json");
        await TestCluster.UntilTargets(setting.Cluster.PodsFile, "127.0.2.1:2112");
        await daemon.UntilLogged(110, "Server and credentials are from the service account of this pod, /var/run/secrets/kubernetes.io/serviceaccount");
        daemon.Lines.Should().NotContain(line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Test]
    public async Task With_an_exec_plugin_it_outlives_a_plugin_that_fails_and_a_token_that_is_revoked_and_tells_no_secret()
    {
        await using var setting = await Setting.StartAsync();
        var valid = "s3cret-1";
        setting.Front.Check = http => http.Request.Headers.Authorization == $"Bearer {valid}" ? 200 : 401;
        setting.Plugin("echo s3cret-output; echo s3cret-error >&2; exit 1");
        await using var daemon = setting.Follow("exec: { apiVersion: client.authentication.k8s.io/v1, command: ./plugin, args: [s3cret-argument], env: [{name: A, value: s3cret-env}] }");
        await daemon.UntilLogged(204, "ended with exit code 1");
        setting.Plugin(Printing("s3cret-1"));
        await TestCluster.UntilTargets(setting.Cluster.PodsFile, "127.0.2.1:2112");

        // The next watch is refused, and asked for at once with a new token.
        setting.Plugin(Printing("s3cret-2"));
        valid = "s3cret-2";
        setting.Front.EndWatches();
        setting.Cluster.AddPod("q", "127.0.2.2");
        await TestCluster.UntilTargets(setting.Cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
        daemon.Logged(204, "answered 401").Should().Be(0, "the plugin is asked before it is told");

        // Both old and new are refused: that is told, without either.
        valid = "s3cret-3";
        await setting.EndWatchesUntil(() => daemon.Logged(204, "it was shown the bearer token of the exec plugin") > 0, "a refusal is told");
        setting.Plugin("echo '{\"s3cret-output\"'");
        await daemon.UntilLogged(204, "printed something else than the JSON of an ExecCredential");
        daemon.Lines.Should().NotContain(line => line.Contains("s3cret", StringComparison.Ordinal));

        static string Printing(string token) =>
            $"echo '{{\"kind\": \"ExecCredential\", \"apiVersion\": \"client.authentication.k8s.io/v1\", \"status\": {{\"token\": \"{token}\"}}}}'";
    }

    [TestCase("TERM")]
    [TestCase("INT")]
    public async Task It_leaves_no_plugin_behind_when_it_is_ended(string signal)
    {
        await using var setting = await Setting.StartAsync();
        var ids = setting.Folder["ids"];
        setting.Plugin($"sleep 100 & echo $$ $! >> {ids}; wait");
        await using var daemon = setting.Follow("exec: { apiVersion: client.authentication.k8s.io/v1, command: ./plugin }");
        await Processes.IdsIn(ids);
        await daemon.Signal(signal);
        (await daemon.ExitCode()).Should().Be(0);
        foreach (var id in await Processes.IdsIn(ids))
            await Processes.HasEnded(id);
    }

    [Test]
    public async Task A_client_certificate_and_an_authority_are_rotated_under_it()
    {
        await using var setting = await Setting.StartAsync();
        setting.Client("first");
        await using var daemon = setting.Follow("client-certificate: client.crt, client-key: client.key");
        await TestCluster.UntilTargets(setting.Cluster.PodsFile, "127.0.2.1:2112");
        setting.Front.Asked.Should().OnlyContain(name => name == "CN=first");

        using var next = new TestAuthority("next");
        setting.Write("ca.crt", setting.Authority.Pem + "\n" + next.Pem);
        setting.Client("second");
        setting.Front.Certificate = next.Issue("127.0.0.1");
        await setting.EndWatchesUntil(() => setting.Front.Asked.Contains("CN=second"), "the new certificate is shown");
        setting.Cluster.AddPod("q", "127.0.2.2");
        await TestCluster.UntilTargets(setting.Cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
        daemon.Logged(204, "TLS").Should().Be(0);
    }

    [Test]
    public async Task A_forbidden_kind_is_told_with_the_rule_that_grants_it()
    {
        await using var setting = await Setting.StartAsync();
        setting.Front.Check = http => http.Request.Path == "/api/v1/nodes" ? 403 : 200;
        await using var daemon = setting.Follow("token: s3cret");
        await daemon.UntilLogged(204, "may not list nodes: grant it a ClusterRole with the rule {apiGroups: [");
        await TestCluster.UntilTargets(setting.Cluster.PodsFile, "127.0.2.1:2112");
        daemon.Lines.Should().NotContain(line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_kubeconfig_of_no_use_ends_it_with_2_and_one_line()
    {
        await using var setting = await Setting.StartAsync();
        var kubeconfig = setting.Kubeconfig("token: s3cret");
        await using var unknown = Daemon.Run("--api.kubeconfig", kubeconfig, "--api.context", "there", "--targets.dir", setting.Cluster.Folder);
        (await unknown.ExitCode()).Should().Be(2);
        unknown.Lines.Should().Equal(
            $"minik8s-filesd: the kubeconfig {kubeconfig} cannot be used: --api.context is \"there\", which is not in it; it has \"here\"");

        setting.Write("config", "token: s3cret: s3cret");
        await using var found = Daemon.RunInShell($"export KUBECONFIG={kubeconfig}; exec \"$@\"", "--targets.dir", setting.Cluster.Folder);
        (await found.ExitCode()).Should().Be(2);
        found.Lines.Should().ContainSingle().Which.Should()
            .StartWith($"minik8s-filesd: the kubeconfig {kubeconfig} cannot be used: it is not valid YAML").And.Contain("to go around it, name").And.NotContain("s3cret");
    }

    /// <summary>As in its image: a user by number alone.</summary>
    [Test]
    public async Task A_user_without_a_name_needs_HOME_for_a_client_certificate_and_is_told_so()
    {
        await using var setting = await Setting.StartAsync();
        setting.Client("filesd");
        var kubeconfig = setting.Kubeconfig("client-certificate: client.crt, client-key: client.key");
        await using (var homeless = Run(""))
        {
            (await homeless.ExitCode()).Should().Be(2);
            homeless.Lines.Should().ContainSingle().Which.Should().StartWith($"minik8s-filesd: the client certificate of {setting.Folder["client.crt"]} cannot be used: ").And.EndWith("; set HOME");
        }

        await using var daemon = Run("HOME=/");
        await TestCluster.UntilTargets(setting.Cluster.PodsFile, "127.0.2.1:2112");

        Daemon Run(string home) => Daemon.RunInShell(
            $"exec unshare --user --map-user=65532 --map-group=65532 env -i PATH=\"$PATH\" MINIK8S_FILESD_WEB_LISTEN_ADDRESS= {home} \"$@\"",
            "--api.kubeconfig", kubeconfig, "--targets.dir", setting.Cluster.Folder);
    }

    /// <summary>A server with TLS, a pod, and a folder for a kubeconfig and what it names.</summary>
    private sealed record Setting(TestCluster Cluster, TestAuthority Authority, SecureFront Front, TempFolder Folder) : IAsyncDisposable
    {
        public static async Task<Setting> StartAsync()
        {
            var cluster = await TestCluster.StartAsync();
            cluster.AddPod("p", "127.0.2.1");
            var authority = new TestAuthority();
            var setting = new Setting(cluster, authority, await SecureFront.StartAsync(cluster.Server.Uri, authority.Issue("127.0.0.1")), new TempFolder());
            setting.Write("ca.crt", authority.Pem);
            return setting;
        }

        public void Write(string name, string text) => File.WriteAllText(Folder[name], text);

        public void Plugin(string script)
        {
            Write("plugin.new", $"#!/bin/sh\n{script}\n");
            File.SetUnixFileMode(Folder["plugin.new"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Move(Folder["plugin.new"], Folder["plugin"], overwrite: true);
        }

        public void Client(string name)
        {
            var (pem, key) = TestAuthority.Pems(Authority.IssueClient(name));
            Write("client.crt", pem);
            Write("client.key", key);
        }

        /// <summary>More than once, for a watch may be just about to be opened.</summary>
        public Task EndWatchesUntil(Func<bool> condition, string what) => Eventually.Holds(
            () =>
            {
                Front.EndWatches();
                return condition();
            },
            what);

        public string Kubeconfig(string user)
        {
            Write("config", $$"""
                current-context: here
                contexts: [{name: here, context: {cluster: c, user: u} }]
                clusters: [{name: c, cluster: {server: '{{Front.Uri}}', certificate-authority: ca.crt} }]
                users:
                  - name: u
                    user: { {{user}} }
                """);
            return Folder["config"];
        }

        public Daemon Follow(string user) => Daemon.Run(
            "--api.kubeconfig", Kubeconfig(user), "--targets.dir", Cluster.Folder, "--log.level", "debug", "--log.format", "json");

        public async ValueTask DisposeAsync()
        {
            await Front.DisposeAsync();
            await Cluster.DisposeAsync();
            Authority.Dispose();
            Folder.Dispose();
        }
    }
}
