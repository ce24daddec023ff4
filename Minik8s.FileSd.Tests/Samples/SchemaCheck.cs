using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>A check.js of <c>samples/</c>, with the npm packages of the lock file beside it.</summary>
internal sealed class SchemaCheck
{
    /// <summary>It takes seconds. This is for a machine with much else to do, and a slow line to the packages.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly string _folder;
    private readonly NpmPackages _packages;

    /// <param name="folder">Where it is, below <c>samples/</c>.</param>
    public SchemaCheck(string folder)
    {
        _folder = SampleFiles.Sample(folder);
        _packages = new NpmPackages(_folder);
    }

    public async Task<Finished> RunAsync(params string[] files)
    {
        await _packages.Installed;
        return await Executable.RunAsync("node", [Path.Combine(_folder, "check.js"), .. files], longest: Longest);
    }
}
