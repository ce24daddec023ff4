using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Acceptance.Screenshots;

/// <summary>A browser without a window, that talks to nobody by itself and is told what to do by <see cref="DevTools"/>.</summary>
internal static class Browser
{
    /// <param name="name">Of the process.</param>
    /// <param name="program">Chromium.</param>
    /// <param name="profile">A folder of its own, by which <see cref="DevTools"/> finds it.</param>
    /// <param name="width">Of its page.</param>
    public static ProgramStart Start(string name, string program, string profile, int width) => new(
        name,
        program,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--hide-scrollbars",
        $"--user-data-dir={profile}",
        $"--window-size={width},400",
        "--remote-debugging-port=0",
        "about:blank");
}
