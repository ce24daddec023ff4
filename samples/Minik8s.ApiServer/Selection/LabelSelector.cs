using System.Globalization;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Selection;

/// <summary>How a requirement compares a label.</summary>
internal enum LabelOperator
{
    Exists,
    DoesNotExist,
    In,
    NotIn,
    GreaterThan,
    LessThan,
}

/// <summary>One requirement on one label.</summary>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, params string[] Values)
{
    public bool Matches(StoredObject o)
    {
        var value = o.Label(Key);
        return Operator switch
        {
            LabelOperator.Exists => value is not null,
            LabelOperator.DoesNotExist => value is null,
            LabelOperator.In => value is not null && Values.Contains(value),
            LabelOperator.NotIn => value is null || !Values.Contains(value),
            LabelOperator.GreaterThan => Number(value) > Number(Values[0]),
            _ => Number(value) < Number(Values[0]),
        };
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Requirements on labels, all of which must hold; none: everything matches.</summary>
internal sealed record LabelSelector(IReadOnlyList<LabelRequirement> Requirements)
{
    public static LabelSelector Everything { get; } = new([]);

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
}
