using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Minik8s.FileSd.Tests.Samples.Deploy;

/// <summary>What the tests ask of samples/deploy/docker-compose.yaml; the whole of its shape is a matter of the schema.</summary>
internal sealed class ComposeFile
{
    public static string Path { get; } = SampleFiles.Sample("deploy/docker-compose.yaml");

    public Dictionary<string, ComposeService> Services { get; init; } = [];

    public Dictionary<string, object?> Volumes { get; init; } = [];

    public static ComposeFile Read()
    {
        using var text = File.OpenText(Path);
        return new DeserializerBuilder()
            .WithNamingConvention(UnderscoredNamingConvention.Instance)
            .IgnoreUnmatchedProperties()
            .Build()
            .Deserialize<ComposeFile>(new MergingParser(new Parser(text)));
    }
}

internal sealed class ComposeService
{
    public string Image { get; init; } = "";

    public ComposeBuild? Build { get; init; }

    public string User { get; init; } = "";

    public string NetworkMode { get; init; } = "";

    public bool ReadOnly { get; init; }

    public bool Privileged { get; init; }

    public List<string> CapAdd { get; init; } = [];

    public List<string> CapDrop { get; init; } = [];

    public List<string> SecurityOpt { get; init; } = [];

    public string Restart { get; init; } = "";

    public List<string> Profiles { get; init; } = [];

    public List<string> Command { get; init; } = [];

    public Dictionary<string, string> Environment { get; init; } = [];

    public List<string> DependsOn { get; init; } = [];

    public List<ComposeMount> Volumes { get; init; } = [];

    public ComposeHealthcheck? Healthcheck { get; init; }

    public string Flag(string name) => Command.Single(argument => argument.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];
}

internal sealed class ComposeBuild
{
    public string Context { get; init; } = "";

    public string Dockerfile { get; init; } = "";
}

internal sealed class ComposeMount
{
    public string Type { get; init; } = "";

    public string Source { get; init; } = "";

    public string Target { get; init; } = "";

    public bool ReadOnly { get; init; }

    public Dictionary<string, string> Bind { get; init; } = [];

    public Dictionary<string, string> Volume { get; init; } = [];
}

internal sealed class ComposeHealthcheck
{
    public List<string> Test { get; init; } = [];
}
