using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Explaining;

/// <param name="Name"><c>namespace/name</c> of a pod, or its name alone; the name of a node; or an address.</param>
internal sealed partial record Subject(SubjectKind Kind, string Name)
{
    /// <summary>Checked: whoever asks may be anybody, and what is asked about becomes part of a request to the API server.</summary>
    /// <param name="kind"><c>pod</c>, <c>node</c> or <c>target</c>.</param>
    /// <exception cref="FormatException">It is none, and how to write one.</exception>
    public static Subject Parse(string? kind, string? name)
    {
        SubjectKind? known = kind switch
        {
            "pod" => SubjectKind.Pod,
            "node" => SubjectKind.Node,
            "target" => SubjectKind.Target,
            _ => null,
        };
        return new Subject(known ?? throw new FormatException("the kind is pod, node or target"), name ?? "").Checked();
    }

    /// <exception cref="FormatException">The name is none, and how to write one.</exception>
    public Subject Checked() => Kind switch
    {
        _ when Name.Length > LongestName => throw new FormatException("the name is too long to be one"),
        SubjectKind.Pod when PodPattern().IsMatch(Name) => this,
        SubjectKind.Node when NodePattern().IsMatch(Name) => this,
        SubjectKind.Target when AddressCheck.IsHostAndPort(Utf8Text.Bytes(Name)) => this,
        SubjectKind.Pod => throw new FormatException("that is not the name of a pod; write it as NAMESPACE/NAME"),
        SubjectKind.Node => throw new FormatException("that is not the name of a node"),
        _ => throw new FormatException("that is not the address of a target; write it as 10.1.2.3:8080, an IPv6 address in brackets"),
    };

    /// <summary>Of a pod or node. The namespace is empty where none was named.</summary>
    [JsonIgnore]
    public ObjectKey Key => Name.IndexOf('/') is var slash and >= 0 ? new(Name[..slash], Name[(slash + 1)..]) : new("", Name);

    public override string ToString() => $"{Words(Kind)} {Name}";

    public static string Words(SubjectKind kind) => kind switch
    {
        SubjectKind.Pod => "pod",
        SubjectKind.Node => "node",
        _ => "target",
    };

    // What Kubernetes allows, and what else the names of Minik8s servers are made of: nothing that could alter a path.
    private const int LongestName = 320;
    private const string ObjectName = "[A-Za-z0-9][A-Za-z0-9._:-]{0,252}";

    [GeneratedRegex($@"^([A-Za-z0-9][A-Za-z0-9_-]{{0,62}}/)?{ObjectName}\z")]
    private static partial Regex PodPattern();

    [GeneratedRegex($@"^{ObjectName}\z")]
    private static partial Regex NodePattern();
}
