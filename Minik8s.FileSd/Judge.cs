using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd;

/// <summary>Makes of each object that is told the bytes of its targets: projects it, tells the verdict, renders that. Total.</summary>
internal sealed class Judge<T>(Func<T, Verdict> project, Feed feed, TimeProvider time, ILogger logger)
    where T : class, IResource
{
    private readonly Func<T, Verdict> _project = Verdict.Total(project);

    public Change<RenderedTargets> Render(Change<T> change)
    {
        var began = time.GetTimestamp();
        var verdict = change.Select(_project);
        Tell(verdict);
        var rendered = verdict.Select(RenderedTargets.Of);
        if (rendered.Object is not null)
            feed.Rendered(began);
        return rendered;
    }

    private void Tell(Change<Verdict> change)
    {
        if (!logger.IsEnabled(LogLevel.Debug))
            return;
        switch (change.Object)
        {
            case Verdict.Target target:
                Log.Selected(logger, feed.ObjectKind, Printable.Of(change.Key.ToString()), target.Groups.Count);
                break;
            case Verdict.NotTarget not:
                Log.NotSelected(logger, feed.ObjectKind, Printable.Of(change.Key.ToString()), SnakeCase.Of(not.Reason), Printable.Of(not.Fact));
                break;
        }
    }
}
