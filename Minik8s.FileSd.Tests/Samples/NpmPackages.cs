using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>A folder of samples/ with a <c>check.js</c> and the packages it needs, by a lock file.</summary>
internal sealed class NpmPackages(string folder)
{
    /// <summary>It takes seconds. This is for a machine with much else to do, and a slow line to the packages.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly Lazy<Task> _installed = new(() => InstallAsync(folder));

    public string LockFile { get; } = Path.Combine(folder, "package-lock.json");

    /// <summary>Runs <c>check.js</c>. The packages are fetched before the first time, and again when the lock file changes.</summary>
    public async Task<Finished> CheckAsync(params string[] arguments)
    {
        await _installed.Value;
        return await Executable.RunAsync("node", [Path.Combine(folder, "check.js"), .. arguments], longest: Longest);
    }

    private static async Task InstallAsync(string folder)
    {
        if (Programs.OnPath("node") is null || Programs.OnPath("npm") is null)
        {
            Assert.Fail("node and npm check the samples and are not on the PATH. Install with: samples/debian-packages.sh nodejs npm");
        }

        var installed = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
        {
            var npm = await Executable.RunAsync("npm", ["ci", "--prefix", folder, "--prefer-offline"], longest: Longest);
            npm.Code.Should().Be(0, $"npm ci says {npm.Error}");
        }
    }
}
