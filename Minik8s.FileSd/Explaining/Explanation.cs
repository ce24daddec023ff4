using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Explaining;

/// <summary>What is asked about.</summary>
internal enum SubjectKind
{
    Pod,
    Node,

    /// <summary>An address with its port, such as <c>10.1.2.3:8080</c>.</summary>
    Target,
}

internal enum CheckOutcome
{
    Passed,

    /// <summary>It is a target all the same, and yet something is to be seen.</summary>
    Warned,

    /// <summary>This is why it is not a target, or not scraped.</summary>
    Failed,

    /// <summary>It could not be found out.</summary>
    Unknown,
}

/// <summary>One step on the way from an object to a scrape.</summary>
/// <param name="Name">Such as <c>label</c>, <c>port</c>, <c>phase</c>; snake_case.</param>
/// <param name="Fact">What was seen.</param>
/// <param name="Fix">What to do; null when there is nothing to be done.</param>
internal sealed record ExplainCheck(string Name, CheckOutcome Outcome, string Fact, string? Fix = null);

/// <summary>Why something is, or is not, a target.</summary>
/// <param name="IsTarget">Null when it could not be found out.</param>
/// <param name="Verdict"><c>target</c>, or the reason in snake_case as in docs/labels.md; <c>not_found</c>, <c>not_selected</c> besides; null when unknown.</param>
/// <param name="Summary">In one sentence.</param>
/// <param name="Targets">The addresses that it gives, as they stand in the file.</param>
/// <param name="Checks">In the order of the way; those behind the first that failed are left out where they could say nothing.</param>
/// <param name="Source">Where the answer is from: the running daemon, or the API server itself.</param>
internal sealed record Explanation(
    Subject Subject, bool? IsTarget, string? Verdict, string Summary, IReadOnlyList<string> Targets, IReadOnlyList<ExplainCheck> Checks, string Source)
{
    /// <summary>The addresses that it gives to the files of other shards.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Elsewhere { get; init; } = [];
}

/// <summary>Explains any pod or node of the cluster, also one that no selector selects, and any address.</summary>
internal interface IExplainer
{
    /// <remarks>Never throws but for <paramref name="stop"/>: what cannot be found out is a check that says so.</remarks>
    Task<Explanation> ExplainAsync(Subject subject, CancellationToken stop);
}
