using System.Globalization;
using Minik8s.Sandbox.Terminal;

namespace Minik8s.Sandbox.Acceptance;

/// <summary>What a person reads of the run: every line with the time since its beginning.</summary>
internal sealed class Transcript(TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();

    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    public void Write(string line)
    {
        var at = Elapsed.ToString(@"m\:ss\.f", CultureInfo.InvariantCulture);
        Messages.Print($"{at,7}  {line.ReplaceLineEndings(Environment.NewLine + new string(' ', 9))}");
    }

    public void Begin(int number, Step step)
    {
        Messages.Print("");
        Write($"{number}. {step.Name}");
    }

    public void Saw(Sight sight, Look look, TimeSpan waited) => Write(
        $"   ok {sight.What}{(look.Seen.Length > 0 ? ": " : "")}{look.Seen} [{Seconds(waited)}]");

    /// <summary>Something happened by itself, as it was to, or not.</summary>
    public void Tell(string message) => Write("   .. " + message.ReplaceLineEndings(Environment.NewLine + "      "));

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
