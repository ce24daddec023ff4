using Microsoft.Extensions.DependencyInjection;
using Minik8s.FileSd.Web.Objects;
using Minik8s.FileSd.Web.Pages;
using Minik8s.FileSd.Web.Reports;

namespace Minik8s.FileSd.Web;

internal static class WebServices
{
    /// <summary>All that the endpoint is made of. What explains and what asks Prometheus may be among the services, and need not be.</summary>
    public static IServiceCollection AddWeb(this IServiceCollection services) => services
        .AddSingleton<Answers>()
        .AddSingleton<Probes>()
        .AddSingleton<TargetLists>()
        .AddSingleton<StatusReporter>()
        .AddSingleton<ObjectFinder>()
        .AddSingleton<Reporting>()
        .AddSingleton<EventStreams>()
        .AddSingleton<Layout>()
        .AddSingleton<Page>()
        .AddSingleton<Explanations>()
        .AddSingleton<Endpoint>();
}
