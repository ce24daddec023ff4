using System.Text;
using k8s;
using k8s.KubeConfigModels;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Minik8s.FileSd.Cluster.Access.Kubeconfigs;

/// <summary>One file of a kubeconfig, as the official client library reads it.</summary>
internal sealed class KubeconfigFile
{
    private readonly string _path;
    private readonly YamlMappingNode? _tree;

    private KubeconfigFile(string path, K8SConfiguration content, YamlMappingNode? tree) => (_path, Content, _tree) = (path, content, tree);

    public K8SConfiguration Content { get; }

    public IEnumerable<Context> Contexts => Content.Contexts ?? [];

    public IEnumerable<k8s.KubeConfigModels.Cluster> Clusters => Content.Clusters ?? [];

    public IEnumerable<User> Users => Content.Users ?? [];

    /// <exception cref="AccessException">It is not a kubeconfig.</exception>
    public static KubeconfigFile Parse(string path, byte[] yaml)
    {
        try
        {
            using var stream = new MemoryStream(yaml);
            var content = KubernetesClientConfiguration.LoadKubeConfig(stream) ?? new K8SConfiguration();
            using var text = new StringReader(new UTF8Encoding(false).GetString(yaml));
            var tree = new YamlStream();
            tree.Load(new MergingParser(new Parser(text)));
            return new(path, content, tree.Documents.FirstOrDefault()?.RootNode as YamlMappingNode);
        }
        catch (Exception fault)
        {
            // Of whatever type: the library's, the parser's, or one that a value of the wrong type has caused. What the inner
            // ones say could quote a secret; where it stands is enough.
            var place = fault is YamlException yamlFault ? $" (line {yamlFault.Start.Line}, column {yamlFault.Start.Column})" : "";
            throw new AccessException($"the kubeconfig {path} cannot be used: it is not valid YAML{place}", fault);
        }
    }

    /// <summary>A path in it starts from its own folder.</summary>
    public string FullPath(string named) => Path.GetFullPath(named, Path.GetDirectoryName(_path)!);

    /// <summary>Key <c>proxy-url</c>, which the library's model for native AOT leaves out; null when it is not there.</summary>
    public string? ProxyOf(string cluster) => Value("clusters", cluster, "cluster", "proxy-url");

    /// <summary>Key <c>tokenFile</c>, which the library's model for native AOT leaves out; null when it is not there.</summary>
    public string? TokenFileOf(string user) => Value("users", user, "user", "tokenFile");

    public override string ToString() => _path;

    private string? Value(string list, string name, string details, string key) =>
        (Child(_tree, list) as YamlSequenceNode)?
            .OfType<YamlMappingNode>()
            .Where(entry => (Child(entry, "name") as YamlScalarNode)?.Value == name)
            .Select(entry => (Child(Child(entry, details), key) as YamlScalarNode)?.Value)
            .FirstOrDefault() is { Length: > 0 } value ? value : null;

    private static YamlNode? Child(YamlNode? parent, string key) =>
        parent is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
}
