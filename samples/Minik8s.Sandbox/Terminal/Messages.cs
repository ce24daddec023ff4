namespace Minik8s.Sandbox.Terminal;

/// <summary>Takes messages from the start on: before there is a view, and after it, they are printed as they are.</summary>
internal sealed class Messages
{
    private volatile IView? _view;

    public void SendTo(IView? view) => _view = view;

    public void Tell(string message)
    {
        if (_view is { } view)
        {
            try
            {
                view.Tell(message);
            }
            catch (IOException)
            {
                // The terminal was closed.
            }
        }
        else
        {
            Print(message);
        }
    }

    /// <summary>A line on the console. A terminal that was closed meanwhile is no reason not to go on, or not to end.</summary>
    public static void Print(string line)
    {
        try
        {
            Console.WriteLine(line);
        }
        catch (IOException)
        {
            // Nobody is there to read it.
        }
    }
}
