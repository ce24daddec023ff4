using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>A check.js of <c>samples/</c>, with the npm packages of the lock file beside it.</summary>
internal sealed class SchemaCheck
{
    /// <summary>It takes seconds. This is for a machine with much else to do, and a slow line to the packages.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly string _folder;
    private readonly Lazy<Task> _packages;

    /// <param name="folder">Where it is, below <c>samples/</c>.</param>
    public SchemaCheck(string folder)
    {
        _folder = SampleFiles.Sample(folder);
        _packages = new Lazy<Task>(InstallAsync);
    }

    public async Task<Finished> RunAsync(params string[] files)
    {
        await _packages.Value;
        return await Executable.RunAsync("node", [Path.Combine(_folder, "check.js"), .. files], longest: Longest);
    }

    /// <summary>Fetches the packages once, and again when the lock file changes.</summary>
    private async Task InstallAsync()
    {
        if (Programs.OnPath("node") is null || Programs.OnPath("npm") is null)
        {
            Assert.Fail("node and npm check files against schemas and are not on the PATH. Install with: samples/debian-packages.sh nodejs npm");
        }

        var installed = new FileInfo(Path.Combine(_folder, "node_modules", ".package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(_folder, "package-lock.json")))
        {
            var npm = await Executable.RunAsync("npm", ["ci", "--prefix", _folder, "--prefer-offline"], longest: Longest);
            npm.Code.Should().Be(0, $"npm ci says {npm.Error}");
        }
    }
}
