using Minik8s.Sandbox.Acceptance.Screenshots;

namespace Minik8s.Sandbox.Acceptance;

/// <summary>Does one step after the other, and waits for each to be seen.</summary>
/// <param name="transcript">Where it is told.</param>
/// <param name="camera">Takes the steps' pictures; null: none are taken.</param>
/// <param name="time">The clock.</param>
internal sealed class StepRunner(Transcript transcript, Camera? camera, TimeProvider time)
{
    /// <summary>How long anything may take to be seen. An alert takes a minute by itself; loaded machines are slow.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <exception cref="SandboxException">Something was not seen. It says what was seen instead.</exception>
    public async Task RunAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        foreach (var (index, step) in steps.Index())
        {
            var began = time.GetTimestamp();
            transcript.Begin(index + 1, step);
            try
            {
                await step.DoAsync(cancellationToken);
                foreach (var sight in step.Sights)
                {
                    await WaitForAsync(sight, cancellationToken);
                }
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                throw new SandboxException($"Step {index + 1} ({step.Name}) failed: {fault.Message}");
            }

            foreach (var picture in camera is null ? [] : step.Pictures)
            {
                if (picture.Once is { } sight)
                {
                    await WaitForAsync(sight, cancellationToken);
                }

                transcript.Tell(await camera!.TakeAsync(picture, cancellationToken));
            }

            transcript.Write($"   done in {Transcript.Seconds(time.GetElapsedTime(began))}");
        }
    }

    private async Task WaitForAsync(Sight sight, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var look = await LookAsync(sight, cancellationToken);
            var waited = time.GetElapsedTime(began);
            if (look.Holds)
            {
                transcript.Saw(sight, look, waited);
                return;
            }

            if (waited > Patience)
            {
                throw new SandboxException(
                    $"after {Transcript.Seconds(waited)} still not: {sight.What}. Seen last: {look.Seen}");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static async Task<Look> LookAsync(Sight sight, CancellationToken cancellationToken)
    {
        try
        {
            return await sight.LookAsync(cancellationToken);
        }
        catch (Exception fault) when (
            fault is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // Who is asked is busy, or was too slow for our client.
            return new Look(Holds: false, fault.Message);
        }
    }
}
