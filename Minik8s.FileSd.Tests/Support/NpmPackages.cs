using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>The npm packages of a lock file, installed beside it.</summary>
internal sealed class NpmPackages
{
    /// <summary>For a machine with much else to do, and a slow line to the packages.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly string _folder;
    private readonly Lazy<Task> _installed;

    public NpmPackages(string folder) => (_folder, _installed) = (folder, new Lazy<Task>(InstallAsync));

    /// <summary>They are there: fetched once, and again when the lock file changes.</summary>
    public Task Installed => _installed.Value;

    private async Task InstallAsync()
    {
        if (Programs.OnPath("node") is null || Programs.OnPath("npm") is null)
        {
            Assert.Fail("node and npm are not on the PATH. Install with: samples/debian-packages.sh nodejs npm");
        }

        var installed = new FileInfo(Path.Combine(_folder, "node_modules", ".package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(_folder, "package-lock.json")))
        {
            var npm = await Executable.RunAsync("npm", ["ci", "--prefix", _folder, "--prefer-offline"], longest: Longest);
            npm.Code.Should().Be(0, $"npm ci says {npm.Error}");
        }
    }
}
