using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster.Access;

/// <summary>A program that prints the credential: a real one, of a line or two of shell.</summary>
internal sealed class ExecPluginTests : AccessTest
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private int Runs => File.Exists(Folder["runs"]) ? File.ReadAllLines(Folder["runs"]).Length : 0;

    [Test]
    public async Task A_token_is_kept_until_a_minute_before_it_expires()
    {
        Plugin(Token("t$(wc -l < runs)", expiry: _time.GetUtcNow() + TimeSpan.FromMinutes(10)));
        var ask = Asking(Found());
        (await ask()).Should().Equal("p");
        _time.Advance(TimeSpan.FromSeconds(9 * 60 - 1));
        (await ask()).Should().Equal("p");
        Front.Asked.Should().Equal("Bearer t1", "Bearer t1");
        _time.Advance(TimeSpan.FromSeconds(1));
        (await ask()).Should().Equal("p");
        Front.Asked.Should().EndWith("Bearer t2");
    }

    [Test]
    public async Task A_token_without_an_end_is_kept_and_got_anew_after_a_401()
    {
        Plugin(Token("t$(wc -l < runs)"));
        var ask = Asking(Found());
        await ask();
        _time.Advance(TimeSpan.FromDays(30));
        await ask();
        Runs.Should().Be(1);
        Front.Check = http => http.Request.Headers.Authorization == "Bearer t2" ? 200 : 401;
        (await ask()).Should().Equal("p");
        Front.Asked.Should().Equal("Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2");
    }

    [Test]
    public async Task A_token_that_is_refused_again_is_a_fault_that_names_the_plugin()
    {
        Plugin(Token("s3cret"));
        Front.Check = _ => 401;
        (await FaultAsync(Asking(Found()))).Should().Contain("the server answered 401")
            .And.Contain($"it was shown the bearer token of the exec plugin {Folder["plugin"]} of the user u in the kubeconfig {Folder["config"]}")
            .And.NotContain("s3cret");
    }

    [Test]
    public async Task Many_requests_at_once_run_it_once()
    {
        Plugin(Token("t"));
        var ask = Asking(Found());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ask()));
        Runs.Should().Be(1);
    }

    [Test]
    public async Task A_client_certificate_is_shown_and_shown_anew_when_it_expires()
    {
        Pem("first");
        Plugin($"cat answer");
        var ask = Asking(Found());
        (await ask()).Should().Equal("p");
        Pem("second");
        _time.Advance(TimeSpan.FromMinutes(10));
        (await ask()).Should().Equal("p");
        Front.Asked.Should().Equal("CN=first", "CN=second");

        void Pem(string name)
        {
            var (pem, key) = TestAuthority.Pems(Authority.IssueClient(name));
            Write("answer", $$"""
                {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"expirationTimestamp": "{{Rfc3339(_time.GetUtcNow() + TimeSpan.FromMinutes(10))}}",
                 "clientCertificateData": "{{pem.ReplaceLineEndings("\\n")}}", "clientKeyData": "{{key.ReplaceLineEndings("\\n")}}"} }
                """);
        }
    }

    [Test]
    public async Task It_gets_its_arguments_its_environment_and_the_cluster()
    {
        Plugin("echo \"$1|$2|$A\" > seen; echo \"$KUBERNETES_EXEC_INFO\" > info; " + Token("t"));
        await AskAsync(Found("args: ['a b', c], env: [{name: A, value: x y}], provideClusterInfo: true"));
        (await File.ReadAllTextAsync(Folder["seen"])).Should().Be("a b|c|x y\n");
        (await File.ReadAllTextAsync(Folder["info"])).Should().Be(
            "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"spec\":{\"interactive\":false,\"cluster\":{"
            + $"\"server\":\"{Front.Uri}\",\"certificate-authority-data\":\"{Data(Authority.Pem).Replace("+", "\\u002B")}\"}}}}}}\n");
    }

    [TestCase("echo s3cret >&2; exit 3", "ended with exit code 3; run it by hand")]
    [TestCase("echo s3cret", "printed something else than the JSON of an ExecCredential")]
    [TestCase("true", "printed something else than the JSON of an ExecCredential")]
    [TestCase("echo '[]'", "printed something else than the JSON of an ExecCredential")]
    [TestCase("echo null", "printed something else than an ExecCredential of client.authentication.k8s.io/v1")]
    [TestCase("echo '{\"kind\": \"ExecCredential\", \"apiVersion\": \"client.authentication.k8s.io/v2\", \"status\": {\"token\": \"s3cret\"}}'", "printed something else than an ExecCredential of client.authentication.k8s.io/v1")]
    [TestCase("echo '{\"kind\": \"ExecCredential\", \"apiVersion\": \"client.authentication.k8s.io/v1\", \"status\": {\"clientKeyData\": \"s3cret\"}}'", "printed neither a token nor a client certificate with its key")]
    [TestCase("echo '{\"kind\": \"ExecCredential\", \"apiVersion\": \"client.authentication.k8s.io/v1\", \"status\": {\"clientKeyData\": \"s3cret\", \"clientCertificateData\": \"s3cret\"}}'", "the client certificate of the exec plugin", "cannot be used")]
    [TestCase("echo '{\"kind\": \"ExecCredential\", \"apiVersion\": \"client.authentication.k8s.io/v1\", \"status\": {\"token\": \"s3cret s3cret\"}}'", "it is not one word of printable ASCII")]
    [TestCase("head -c 2000000 /dev/zero", "printed more than 1 MiB")]
    public async Task One_that_fails_or_prints_garbage_is_a_fault_and_is_run_again(string script, params string[] problems)
    {
        Plugin(script);
        var ask = Asking(Found());
        (await FaultAsync(ask)).Should().ContainAll([$"exec plugin {Folder["plugin"]} of the user u in the kubeconfig", .. problems]).And.NotContain("s3cret");
        Plugin(Token("t"));
        (await ask()).Should().Equal("p");
    }

    [Test]
    public async Task One_that_is_missing_is_a_fault_with_the_hint_of_its_kubeconfig() =>
        (await FaultAsync(Asking(Found("installHint: get it somewhere")))).Should()
            .Contain($"the exec plugin {Folder["plugin"]}").And.EndWith("cannot be started: No such file or directory; its kubeconfig says: get it somewhere");

    [Test]
    public async Task One_that_hangs_is_ended_with_what_it_has_started()
    {
        Plugin("sleep 600 & echo $! > child; wait");
        var asked = FaultAsync(Asking(Found()));
        var child = (await Processes.IdsIn(Folder["child"])).Single();
        _time.Advance(TimeSpan.FromSeconds(30));
        (await asked).Should().EndWith("had not ended after 30 s and was ended; it must not wait for anybody");
        await Processes.HasEnded(child);
    }

    [Test]
    public async Task What_it_leaves_running_is_not_waited_for()
    {
        Plugin("sleep 100 & echo $! > child\n" + Token("t"));
        var asked = AskAsync(Found());
        var child = (await Processes.IdsIn(Folder["child"])).Single();
        await PassTimeUntil(asked);
        (await asked).Should().Equal("p");
        await Processes.End(child);
    }

    [Test]
    public async Task Half_a_credential_is_none_when_something_else_holds_the_rest()
    {
        Plugin("sleep 100 & echo $! > child; printf '{\"kind\": \"ExecCredential\", '");
        var asked = FaultAsync(Asking(Found()));
        var child = (await Processes.IdsIn(Folder["child"])).Single();
        await PassTimeUntil(asked);
        (await asked).Should().EndWith("printed something else than the JSON of an ExecCredential");
        await Processes.End(child);
    }

    [Test]
    public async Task A_token_that_lives_less_than_a_minute_is_kept_until_it_expires()
    {
        Plugin(Token("t$(wc -l < runs)", expiry: _time.GetUtcNow() + TimeSpan.FromSeconds(30)));
        var ask = Asking(Found());
        await ask();
        _time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        await ask();
        Front.Asked.Should().Equal("Bearer t1", "Bearer t1");
        _time.Advance(TimeSpan.FromTicks(1));
        await ask();
        Front.Asked.Should().EndWith("Bearer t2");
    }

    [TestCase(-3600)]
    [TestCase(1)]
    [TestCase(61)]
    public async Task It_is_run_once_in_ten_seconds_whatever_its_tokens_say_and_at_once_after_a_401(int lifeInSeconds)
    {
        Plugin(Token("t$(wc -l < runs)", expiry: _time.GetUtcNow() + TimeSpan.FromSeconds(lifeInSeconds)));
        var ask = Asking(Found());
        await ask();
        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        await ask();
        Front.Asked.Should().Equal("Bearer t1", "Bearer t1");
        _time.Advance(TimeSpan.FromTicks(1));
        await ask();
        Front.Asked.Should().EndWith("Bearer t2");
        Front.Check = http => http.Request.Headers.Authorization == "Bearer t3" ? 200 : 401;
        (await ask()).Should().Equal("p");
        Runs.Should().Be(3);
    }

    /// <summary>When the plugin itself has ended, nobody here can see.</summary>
    private Task PassTimeUntil(Task task) => Eventually.Holds(
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return task.IsCompleted;
        },
        "it is waited for no longer");

    private AccessSource Found(string more = "args: []") => Find(
        kubeconfig: Kubeconfig($"exec: {{ apiVersion: client.authentication.k8s.io/v1, command: ./plugin, {more} }}"), time: _time);

    /// <summary>Writes a plugin that works in the test's folder and counts its runs.</summary>
    private void Plugin(string script)
    {
        Write("plugin.new", $"#!/bin/sh\ncd {Folder.Path}\necho >> runs\n{script}\n");
        File.SetUnixFileMode(Folder["plugin.new"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(Folder["plugin.new"], Folder["plugin"], overwrite: true);
    }

    private static string Token(string token, DateTimeOffset? expiry = null) =>
        "printf '{\"kind\": \"ExecCredential\", \"apiVersion\": \"client.authentication.k8s.io/v1\", \"status\": {\"token\": \"%s\"%s}}' "
        + $"\"{token}\" '{(expiry is { } end ? $", \"expirationTimestamp\": \"{Rfc3339(end)}\"" : "")}'";

    private static string Rfc3339(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
