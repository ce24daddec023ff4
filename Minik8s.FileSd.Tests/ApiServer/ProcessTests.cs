using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>The server as a process of its own.</summary>
internal sealed class ProcessTests
{
    private static readonly string Program = typeof(Minik8s.ApiServer.ApiServerHost).Assembly.Location;

    [TestCase("SIGTERM")]
    [TestCase("SIGINT")]
    public async Task It_says_where_it_listens_and_a_signal_ends_it_even_with_open_watches(string signal)
    {
        using var process = Executable.Start("env", ["--default-signal=INT", "dotnet", Program, "--listen", "127.0.0.1:0", "--token", "t"]);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync();
            line.Should().StartWith("Listening on http://127.0.0.1:");
            using var api = new ApiClient(new Uri(line!.Split(' ')[^1]));
            api.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer t");
            using var watch = await api.Watch("api/v1/pods?watch=true");

            await Executable.RunAsync("kill", ["-s", signal[3..], $"{process.Id}"]);
            using var patience = new CancellationTokenSource(ApiClient.Patience, TimeProvider.System);
            await process.WaitForExitAsync(patience.Token);

            process.ExitCode.Should().Be(0);
            (await watch.LineAsync()).Should().BeNull("the watch ends in good order");
            (await process.StandardError.ReadToEndAsync()).Should().BeEmpty();
        }
        finally
        {
            Kill(process);
        }
    }

    [Test]
    public async Task It_serves_TLS_from_PEM_files()
    {
        var folder = Directory.CreateTempSubdirectory("tls-");
        using var certificate = TestAuthority.IssueOne();
        var (cert, key) = (Path.Combine(folder.FullName, "tls.crt"), Path.Combine(folder.FullName, "tls.key"));
        File.WriteAllText(cert, certificate.ExportCertificatePem());
        File.WriteAllText(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        using var process = Executable.Start("dotnet", [Program, "--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key]);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync();
            line.Should().StartWith("Listening on https://127.0.0.1:");
            using var trusting = new SocketsHttpHandler();
            trusting.SslOptions.RemoteCertificateValidationCallback = (_, sent, _, _) => sent?.GetCertHashString() == certificate.GetCertHashString();
            using var api = new ApiClient(new Uri(line!.Split(' ')[^1]), trusting);

            (await api.Get("api/v1/nodes")).Code.Should().Be(200);
        }
        finally
        {
            Kill(process);
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task It_says_where_it_listens_as_the_original_Minik8s()
    {
        using var process = Executable.Start("dotnet", [Program, "--listen", "127.0.0.1:0", "--classic-address", "127.0.0.1:0"]);
        try
        {
            (await process.StandardOutput.ReadLineAsync()).Should().StartWith("Listening on http://127.0.0.1:");
            var line = await process.StandardOutput.ReadLineAsync();
            line.Should().EndWith(" as the original Minik8s");
            using var classic = new ApiClient(new Uri(line!.Split(' ')[2]));

            (await classic.Get("api/node")).Text.Should().Be("null");
        }
        finally
        {
            Kill(process);
        }
    }

    [Test]
    public async Task Help_lists_the_flags()
    {
        var finished = await Executable.RunAsync("dotnet", [Program, "--help"]);

        finished.Code.Should().Be(0);
        finished.Out.Should().Contain("--listen").And.Contain("--classic-address").And.Contain("--faults");
    }

    [TestCase("--nonsense")]
    [TestCase("--listen nowhere")]
    [TestCase("--listen")]
    [TestCase("--classic-address")]
    [TestCase("--classic-address 8090")]
    [TestCase("--classic-address 0.0.0.0:8090")]
    [TestCase("--history 0")]
    [TestCase("--bookmark-interval soon")]
    [TestCase("--faults=yes")]
    [TestCase("--history 2147483647")]
    [TestCase("--bookmark-interval 2147483647m")]
    [TestCase("--listen 192.0.2.1:0")]
    [TestCase("--tls-cert a.pem")]
    [TestCase("--tls-cert a.pem --tls-key b.pem")]
    public async Task A_wrong_flag_is_one_line_and_exit_code_2(string flags)
    {
        var finished = await Executable.RunAsync("dotnet", [Program, .. flags.Split(' ')]);

        finished.Code.Should().Be(2);
        finished.Out.Should().BeEmpty();
        finished.Error.Trim().Split('\n').Should().ContainSingle().Which.Should().StartWith("Minik8s.ApiServer: ");
    }

    [Test]
    public async Task A_taken_port_is_one_line_and_exit_code_2()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var finished = await Executable.RunAsync("dotnet", [Program, "--listen", $"{taken.LocalEndpoint}"]);

        finished.Code.Should().Be(2);
        finished.Error.Trim().Split('\n').Should().ContainSingle().Which.Should().Contain($"{taken.LocalEndpoint}");
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
