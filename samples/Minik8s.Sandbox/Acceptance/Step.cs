using Minik8s.Sandbox.Acceptance.Screenshots;

namespace Minik8s.Sandbox.Acceptance;

/// <summary>One step of the acceptance run: what is done, and what has to be seen then.</summary>
internal sealed record Step(string Name, Func<CancellationToken, Task> DoAsync, params IReadOnlyList<Sight> Sights)
{
    /// <summary>What only has to be seen.</summary>
    public Step(string name, params IReadOnlyList<Sight> sights)
        : this(name, _ => Task.CompletedTask, sights)
    {
    }

    /// <summary>Pages worth a picture once all of it is seen.</summary>
    public IReadOnlyList<Picture> Pictures { get; init; } = [];
}
