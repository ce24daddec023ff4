namespace Minik8s.FileSd.Web.Objects;

/// <summary>Some of the known objects, in order.</summary>
/// <param name="Known">How many there are in all.</param>
/// <param name="Matching">How many of them are asked for, on all pages.</param>
/// <param name="Next">The <c>after</c> of the next page; null on the last one.</param>
internal sealed record ObjectPage(int Known, int Matching, IReadOnlyList<ObjectRow> Objects, string? Next);

/// <summary>An object and what became of it.</summary>
/// <param name="Kind"><c>node</c> or <c>pod</c>.</param>
/// <param name="Verdict"><c>target</c>, or the reason in snake_case.</param>
/// <param name="Reason">In words; null when it is a target.</param>
/// <param name="Targets">Those included that others have taken.</param>
internal sealed record ObjectRow(
    string Kind, string Namespace, string Name, string Verdict, string? Reason, IReadOnlyList<TargetRow> Targets, IReadOnlyList<RemarkRow> Remarks);

/// <param name="TakenBy">Namespace and name of the pod that has the address now; null when it is its own.</param>
/// <param name="Prometheus">What Prometheus has of it; null when that is not known.</param>
internal sealed record TargetRow(string Address, string? TakenBy, ScrapeRow? Prometheus);

/// <param name="Health"><c>up</c>, <c>down</c>, <c>unknown</c>, <c>dropped</c>, or <c>missing</c> when Prometheus does not have it.</param>
internal sealed record ScrapeRow(string Health, string? Error, DateTimeOffset? LastScrape, string? Pool);

/// <param name="Kind">In snake_case.</param>
/// <param name="Text">What it means.</param>
/// <param name="Fact">What was seen.</param>
internal sealed record RemarkRow(string Kind, string Text, string Fact);
