using Minik8s.Sandbox.Prometheus;

namespace Minik8s.Sandbox.Terminal;

/// <summary>What a person sees of a running sandbox.</summary>
internal interface IView
{
    /// <summary>Something happened by itself.</summary>
    void Tell(string message);

    /// <summary>All targets as they are now.</summary>
    void Show(IReadOnlyList<TargetRow> targets);
}
