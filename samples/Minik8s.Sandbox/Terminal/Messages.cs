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
            view.Tell(message);
        }
        else
        {
            Console.WriteLine(message);
        }
    }
}
