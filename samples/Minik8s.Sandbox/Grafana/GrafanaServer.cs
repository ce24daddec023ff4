using System.Globalization;
using System.Net;
using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Grafana;

/// <summary>Grafana with the repository's own data source and dashboards, for everyone on this machine to look at.</summary>
internal static class GrafanaServer
{
    /// <summary>The page to begin with.</summary>
    public static string Page(IPEndPoint address) => $"http://{address}/d/minik8s-cluster";

    /// <param name="address">Where Grafana listens.</param>
    /// <param name="prometheus">Where Prometheus listens.</param>
    /// <param name="program">Which Grafana it is.</param>
    /// <param name="folder">The folder for all that it writes.</param>
    public static ProgramStart Prepare(IPEndPoint address, IPEndPoint prometheus, GrafanaProgram program, string folder)
    {
        var samples = Path.Combine(Programs.SamplesFolder, "grafana");

        // By variables, because those win over whatever settings file this Grafana finds.
        var environment = new Dictionary<string, string>
        {
            ["GF_SERVER_HTTP_ADDR"] = $"{address.Address}",
            ["GF_SERVER_HTTP_PORT"] = address.Port.ToString(CultureInfo.InvariantCulture),
            ["GF_SERVER_ROOT_URL"] = $"http://{address}/",
            ["GF_PATHS_DATA"] = Path.Combine(folder, "data"),
            ["GF_PATHS_LOGS"] = Path.Combine(folder, "logs"),
            ["GF_PATHS_PLUGINS"] = Path.Combine(folder, "plugins"),
            ["GF_PATHS_PROVISIONING"] = Path.Combine(samples, "provisioning"),
            ["GF_LOG_MODE"] = "console",

            // Everyone may look. Nobody may sign in: the password of the first administrator is known to all.
            ["GF_AUTH_ANONYMOUS_ENABLED"] = "true",
            ["GF_AUTH_ANONYMOUS_ORG_ROLE"] = "Viewer",
            ["GF_AUTH_BASIC_ENABLED"] = "false",
            ["GF_AUTH_DISABLE_LOGIN_FORM"] = "true",

            // It has no business outside this machine.
            ["GF_ANALYTICS_REPORTING_ENABLED"] = "false",
            ["GF_ANALYTICS_CHECK_FOR_UPDATES"] = "false",
            ["GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES"] = "false",
            ["GF_NEWS_NEWS_FEED_ENABLED"] = "false",
            ["GF_PLUGINS_PREINSTALL_DISABLED"] = "true",

            // What the provisioning files ask for.
            ["PROMETHEUS_URL"] = $"http://{prometheus}",
            ["GRAFANA_DASHBOARDS"] = Path.Combine(samples, "dashboards"),
        };
        if (program.BundledPlugins is { } plugins)
        {
            environment["GF_PATHS_BUNDLED_PLUGINS"] = plugins;
        }

        return new ProgramStart("grafana", program.Path, [.. Arguments(program)]) { Environment = environment };
    }

    private static IEnumerable<string> Arguments(GrafanaProgram program)
    {
        // Old versions are a server and nothing else; now it is one of several commands.
        if (Path.GetFileName(program.Path) == "grafana")
        {
            yield return "server";
        }

        if (program.Home is { } home)
        {
            yield return $"--homepath={home}";
        }
    }
}
