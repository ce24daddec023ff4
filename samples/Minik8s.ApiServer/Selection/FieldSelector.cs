using System.Text;
using Minik8s.ApiServer.Http;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Selection;

/// <summary>One requirement on one field.</summary>
internal sealed record FieldRequirement(string Field, string Value, bool Equal)
{
    public bool Matches(StoredObject o) => Equal == (Value == Field switch
    {
        "metadata.name" => o.Name,
        "metadata.namespace" => o.Namespace,
        "spec.nodeName" => o.NodeName,
        _ => o.Phase,
    });
}

/// <summary>Requirements on the few fields that the server selects by; all must hold.</summary>
internal sealed record FieldSelector(IReadOnlyList<FieldRequirement> Requirements)
{
    public static FieldSelector Everything { get; } = new([]);

    public bool Matches(StoredObject o)
    {
        foreach (var requirement in Requirements)
        {
            if (!requirement.Matches(o))
            {
                return false;
            }
        }

        return true;
    }

    /// <exception cref="StatusException">400: it cannot be read, or the kind is not selected by that field.</exception>
    public static FieldSelector Parse(ResourceKind kind, string text)
    {
        var requirements = new List<FieldRequirement>();
        foreach (var term in Terms(text).Where(term => term.Length > 0))
        {
            var at = term.IndexOf('=');
            if (at < 0)
            {
                throw new StatusException(Status.BadRequest($"invalid selector: '{text}'; can't understand '{term}'"));
            }

            var not = at > 0 && term[at - 1] == '!';
            var field = term[..(not ? at - 1 : at)];
            var value = term[(at + 1)..];
            value = !not && value.StartsWith('=') ? value[1..] : value;
            requirements.Add(IsKnown(kind, field)
                ? new FieldRequirement(field, Unescape(value), !not)
                : throw new StatusException(Status.BadRequest($"field label not supported: {field}")));
        }

        return requirements.Count == 0 ? Everything : new FieldSelector(requirements);
    }

    private static bool IsKnown(ResourceKind kind, string field) => field switch
    {
        "metadata.name" => true,
        "metadata.namespace" => kind.Namespaced,
        "spec.nodeName" => kind == ResourceKind.Pods,
        "status.phase" => kind != ResourceKind.Nodes,
        _ => false,
    };

    /// <summary>Splits at commas that no backslash stands before.</summary>
    private static IEnumerable<string> Terms(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == ',')
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static string Unescape(string value)
    {
        if (!value.Contains('\\'))
        {
            return value;
        }

        var plain = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            plain.Append(value[i] == '\\' && i + 1 < value.Length ? value[++i] : value[i]);
        }

        return plain.ToString();
    }
}
