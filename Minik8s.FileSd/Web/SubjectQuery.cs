using Microsoft.AspNetCore.Http;
using Minik8s.FileSd.Explaining;

namespace Minik8s.FileSd.Web;

/// <summary>What <c>/api/explain</c> and <c>/explain</c> are asked about: <c>kind=pod&amp;name=shop/web-0</c>.</summary>
internal static class SubjectQuery
{
    /// <summary>Longer than any name that Kubernetes takes, with a namespace before it.</summary>
    private const int LongestName = 512;

    /// <param name="fault">What is wrong with the parameters; null when they name a subject.</param>
    public static Subject? Parse(IQueryCollection parameters, out string? fault)
    {
        var (kind, name) = (parameters["kind"].ToString(), parameters["name"].ToString().Trim());
        fault = parameters.Keys.FirstOrDefault(key => key is not ("kind" or "name")) is { } unknown ? $"there is no parameter {unknown}; there are kind and name"
            : kind is not ("pod" or "node" or "target") ? $"kind is \"{kind}\"; it may be pod, node or target"
            : name.Length is 0 or > LongestName ? $"name has {name.Length} characters; it may have 1 to {LongestName}"
            : kind == "pod" && name.Split('/') is not [{ Length: > 0 }, { Length: > 0 }] ? $"name is \"{name}\"; a pod is named NAMESPACE/NAME, such as default/web-0"
            : kind != "pod" && name.Contains('/') ? $"name is \"{name}\"; a node is named by its name, and a target by its address, such as 10.1.2.3:8080"
            : null;
        return fault is null ? new(Enum.Parse<SubjectKind>(kind, ignoreCase: true), name) : null;
    }
}
