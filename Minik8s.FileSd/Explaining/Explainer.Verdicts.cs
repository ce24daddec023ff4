using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Explaining;

/// <remarks>From an object to the verdict, its file and its scrapes.</remarks>
internal sealed partial class Explainer
{
    private async Task<Explanation> FromObjectAsync(
        Subject subject, Findings findings, Owner owner, Verdict verdict, bool isSelected, CancellationToken stop)
    {
        var (file, fileFault) = await FileAsync(subject.Kind == SubjectKind.Pod, stop);
        var (kept, elsewhere) = ShardChecks.AddTo(findings, verdict, options.Shard);
        var rendered = RenderedTargets.Of(kept).OrAsBefore((file?.Written ?? file?.Newest)?.Find(owner.Key));
        if (!isSelected)
            rendered = new([], rendered.Reason, []);
        else if (rendered.Reason != Reason.ObjectUnreadable)
            findings.Soften(Fixes.Check(Reason.ObjectUnreadable));
        var own = FileChecks.AddRendered(findings, owner, rendered, file);

        // What is not seen in the object as it is now, but comes of what was made of it, or was known of it before.
        if (rendered.Reason is { } found and (Reason.GroupInvalid or Reason.OtherShard) && kept is not Verdict.NotTarget { Reason: Reason.OtherShard })
            findings.Fail(Fixes.Check(found), Reasons.Text(found), Fixes.Of(found, owner, options));
        var verdictName = !isSelected ? NotSelected
            : rendered.Reason is { } reason ? SnakeCase.Of(reason)
            : own.Count == 0 ? SnakeCase.Of(Reason.AddressTaken)
            : Target;
        var explanation = await EndAsync(subject, findings, owner, rendered, own, verdictName, file, fileFault, stop);
        return isSelected ? explanation with { Elsewhere = elsewhere } : explanation;
    }

    private async Task<Explanation> EndAsync(
        Subject subject, Findings findings, Owner owner, RenderedTargets? rendered, IReadOnlyList<string> own, string verdict,
        KnownFile? file, string? fileFault, CancellationToken stop)
    {
        // What keeps it from being a target; what is found from here on keeps it from being scraped.
        var failure = findings.Failure;
        if (file is null)
            findings.DoNotKnow("file", $"what the others are is not known: {fileFault}");
        else
            FileChecks.AddWritten(findings, owner, rendered, own, file);
        if (own.Count > 0 && file is not null)
            await AddScrapesAsync(findings, own, file.Name, stop);
        if (verdict != Target)
            return new(subject, false, verdict, Printable.Of($"{owner} is not a target: {failure?.Fact}"), [], findings.Checks, files.Source);
        var trouble = findings.Checks.FirstOrDefault(check => check.Outcome == CheckOutcome.Failed && check != failure);
        return new(
            subject, true, Target, Printable.Of($"{owner} is a target, {string.Join(", ", own)}{(trouble is null ? "" : $", but {trouble.Fact}")}"), own, findings.Checks, files.Source);
    }

    private async Task AddScrapesAsync(Findings findings, IReadOnlyList<string> own, string fileName, CancellationToken stop)
    {
        var (state, fault) = prometheus is null ? (null, null) : await AskAsync(async limit => prometheus.State ?? await prometheus.AskAsync(limit), stop);
        if (fault is not null)
            findings.DoNotKnow("prometheus", $"Prometheus cannot be asked: {fault}");
        else
            ScrapeChecks.AddTo(findings, own, fileName, state);
    }
}
