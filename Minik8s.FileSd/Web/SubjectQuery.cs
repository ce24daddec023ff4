using Microsoft.AspNetCore.Http;
using Minik8s.FileSd.Explaining;

namespace Minik8s.FileSd.Web;

/// <summary>What <c>/api/explain</c> and <c>/explain</c> are asked about: <c>kind=pod&amp;name=shop/web-0</c>.</summary>
internal static class SubjectQuery
{
    /// <param name="fault">What is wrong with the parameters; null when they name a subject.</param>
    public static Subject? Parse(IQueryCollection parameters, out string? fault)
    {
        var (kind, name) = (parameters["kind"].ToString(), parameters["name"].ToString().Trim());
        fault = parameters.Keys.FirstOrDefault(key => key is not ("kind" or "name")) is { } unknown ? $"there is no parameter {unknown}; there are kind and name"
            : kind is not ("pod" or "node" or "target") ? $"kind is \"{kind}\"; it may be pod, node or target"
            : name.Length == 0 ? "name is empty; name a pod (default/web-0), a node or an address"
            : null;
        if (fault is not null)
            return null;
        try
        {
            return Subject.Parse(kind, name);
        }
        catch (FormatException wrong)
        {
            fault = $"name is \"{Printable.Short(name)}\"; {wrong.Message}";
            return null;
        }
    }
}
