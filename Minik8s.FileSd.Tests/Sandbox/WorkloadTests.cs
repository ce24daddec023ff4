using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox.Cluster;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Sandbox;

internal sealed class WorkloadTests
{
    [Test]
    public async Task What_cannot_be_started_is_told_and_tried_again_and_ends_without_a_fault()
    {
        using var folder = new TempFolder();
        using var launcher = new Launcher(folder.Path);
        var clock = new FakeTimeProvider();
        var told = new ConcurrentQueue<string>();
        var program = new ProgramStart("app", "/bin/true") { Files = new string('x', 300) };
        using var workload = new Workload(
            launcher, program, new Port(new IPEndPoint(IPAddress.Loopback, 0), "app", "--pod-range"), clock, told.Enqueue);

        await Eventually.Holds(() => told.Count == 1, "the first fault is told");
        told.TryPeek(out var first).Should().BeTrue();
        first.Should().StartWith("app cannot run: ").And.EndWith("It is started again in 10 s.");
        await Eventually.Holds(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return told.Count == 2;
            },
            "it was tried again");
        told.Last().Should().EndWith("It is started again in 20 s.");

        workload.Stop();
        await workload.Stopped;
    }
}
