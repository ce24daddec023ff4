using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Minik8s.FileSd;
using Minik8s.FileSd.Auditing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Commands;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Streams;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;
using Minik8s.FileSd.Web;

var version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
return await new CommandLine().RunAsync(
    args, Environment.GetEnvironmentVariables(), Console.Error, RunAsync,
    (options, command, unknownVariables) => new UserCommands(options, version, Console.Out, Console.Error, Environment.GetEnvironmentVariables(), TimeProvider.System)
        .RunAsync(command, unknownVariables));

async Task<int> RunAsync(FileSdOptions options, IReadOnlyList<string> unknownVariables)
{
    // From the very start: until the host listens for them, signals would end the process as if it had been killed.
    using var asked = new CancellationTokenSource();
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);

    // A file that may not grow further (ulimit -f) is a write that fails, and no reason to end.
    const PosixSignal fileSizeLimit = (PosixSignal)25;
    using var tooLarge = PosixSignalRegistration.Create(fileSizeLimit, signal => signal.Cancel = true);
    void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        asked.Cancel();
    }

    try
    {
        TargetFile.CreateFolder(options.TargetsFolder);
    }
    catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync($"minik8s-filesd: --targets.dir \"{options.TargetsFolder}\" cannot be created: {fault.Message}");
        return 2;
    }

    AccessSource access;
    try
    {
        access = new AccessFinder(Environment.GetEnvironmentVariables(), InCluster.StandardFolder, TimeProvider.System).Find(options.AccessWishes);
    }
    catch (AccessException fault)
    {
        await Console.Error.WriteLineAsync($"minik8s-filesd: {Printable.Of(fault.Message)}");
        return 2;
    }

    var resources = new Resources(options.Dialect, options.NodesPath, options.PodsPath, new Bounds(options.Limits, TimeProvider.System));
    var builder = Host.CreateEmptyApplicationBuilder(null);
    builder.Services
        .AddLogOutput(options)
        .AddLogger<Reflector<Node>>()
        .AddLogger<Reflector<Pod>>()
        .AddLogger<FileSdService>()
        .AddLogger<PrometheusWatch>()
        .AddLogger<AuditTrail>()
        .AddLogger<Systemd>()
        .AddSingleton(Microsoft.Extensions.Options.Options.Create(new HostOptions { ShutdownTimeout = TimeSpan.FromMilliseconds(500) }))
        .AddSingleton(Microsoft.Extensions.Options.Options.Create(new ConsoleLifetimeOptions()))
        .AddSingleton(options)
        .AddSingleton(TimeProvider.System)
        .AddSingleton(Random.Shared)
        .AddSingleton(new DaemonMetrics(version))
        .AddSingleton(ApiClient.Create(access, $"minik8s-filesd/{version}"))
        .AddSingleton(services => Kind(services, options.NodesFile, [], "nodes", ("", "nodes", resources.Nodes(options.NodeSelector))))
        .AddSingleton(services => Kind(
            services, options.PodsFile, services.GetRequiredService<Kind<Node>>().Feed.Streams, "pods", [.. PodStreams(options, resources)]))
        .AddSingleton<IReadOnlyList<Feed>>(services =>
            [services.GetRequiredService<Kind<Node>>().Feed, services.GetRequiredService<Kind<Pod>>().Feed])
        .AddSingleton<IExplainer>(services => new Explainer(
            new ClusterLookup(services.GetRequiredService<HttpClient>(), options, TimeProvider.System),
            new FollowedFiles(services.GetRequiredService<IReadOnlyList<Feed>>()),
            services.GetService<IPrometheusView>(),
            options,
            TimeProvider.System))
        .AddSingleton<FileSdService>()
        .AddSingleton(services => new PrometheusWatch(
            options,
            [.. services.GetRequiredService<IReadOnlyList<Feed>>().Select(feed => new FileComparer(
                new(feed.File.Path, $"/sd/{feed.Plural}"), () => feed.FileStatus.State.Published, TimeProvider.System))],
            options is { Prometheus: not null, Once: false } ? services.GetRequiredService<DaemonMetrics>().Prometheus() : null,
            $"minik8s-filesd/{version}",
            TimeProvider.System,
            services.GetRequiredService<ILogger<PrometheusWatch>>()))
        .AddSingleton<IPrometheusView>(services => services.GetRequiredService<PrometheusWatch>())
        .AddSingleton(new Run(version, TimeProvider.System.GetUtcNow()))
        .AddWeb()
        .AddSingleton<ISystemdNotifier, SystemdNotifier>()
        .AddHostedService(services => services.GetRequiredService<FileSdService>())
        .AddHostedService(services => services.GetRequiredService<PrometheusWatch>())
        .AddHostedService<Systemd>();

    if (options.AuditFile is { } auditFile)
    {
        builder.Services.AddSingleton(services => new AuditTrail(
            auditFile, new AuditFile(auditFile, options.AuditMaxBytes).Append,
            services.GetRequiredService<ILogger<AuditTrail>>(), services.GetRequiredService<DaemonMetrics>().Audit));
    }

    using var host = builder.Build();
    WebServer? web = null;
    try
    {
        if (options is { Once: false, WebAddress: { } address })
            web = await WebServer.StartAsync(address, host.Services);
    }
    catch (IOException fault)
    {
        await Console.Error.WriteLineAsync(
            $"minik8s-filesd: --web.listen-address {options.WebAddress} cannot be listened on: {fault.Message}; "
            + "name another, or leave it empty for no endpoint");
        return 2;
    }

    var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Minik8s.FileSd");
    Log.Started(
        logger, version, access.First.Server,
        Path.Combine(options.TargetsFolder, options.NodesFile), Path.Combine(options.TargetsFolder, options.PodsFile));
    Log.ServerFound(logger, access.Origin);
    if (access.First.Trust.IsSkipped)
        Log.ServerNotChecked(logger);
    if (options.Shard is { } shard)
        Log.Sharded(logger, shard);
    foreach (var variable in unknownVariables)
        Log.UnknownVariable(logger, variable);
    if (web is not null)
        Log.Listening(logger, options.WebAddress!);

    var services = host.Services.GetServices<IHostedService>().Cast<BackgroundService>().ToList();

    // A log that nobody reads may hold up its last lines, but not the end.
    var longestEnd = TimeSpan.FromMilliseconds(700);
    ITimer? overdue = null;
    using var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() =>
        overdue = TimeProvider.System.CreateTimer(
            _ => Environment.Exit(ExitCode(options, services)), null, longestEnd, Timeout.InfiniteTimeSpan));
    await host.StartAsync();
    using var ending = asked.Token.Register(host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication);
    await host.WaitForShutdownAsync();
    if (web is not null)
        await web.DisposeAsync();
    foreach (var crashed in services.Where(HasCrashed))
        Log.Crashed(logger, crashed.ExecuteTask!.Exception!.InnerException!);

    if (options.Once && ExitCode(options, services) == 0)
        Log.Done(logger);
    else if (!services.Exists(HasCrashed))
        Log.Stopped(logger);
    overdue?.Dispose();
    return ExitCode(options, services);
}

static bool HasCrashed(BackgroundService service) => service.ExecuteTask is { IsFaulted: true };

static int ExitCode(FileSdOptions options, List<BackgroundService> services) =>
    services.Exists(HasCrashed)
    || (options.Once && services.OfType<FileSdService>().Single().ExecuteTask is not { IsCompletedSuccessfully: true }) ? 1 : 0;

static IEnumerable<(string, string, IReadOnlyList<Resource<Pod>>)> PodStreams(FileSdOptions options, Resources resources) =>
    options.PodNamespaces.Count == 0
        ? [("", "pods", resources.Pods(options.PodSelector, ""))]
        : options.PodNamespaces.Select(name => (name, $"pods in {name}", resources.Pods(options.PodSelector, name)));

static Kind<T> Kind<T>(
    IServiceProvider services, string fileName, IReadOnlyList<StreamStatus> others, string plural,
    params IReadOnlyList<(string Namespace, string Name, IReadOnlyList<Resource<T>> Places)> streams)
    where T : class, IResource
{
    var time = services.GetRequiredService<TimeProvider>();
    var random = services.GetRequiredService<Random>();
    var metrics = services.GetRequiredService<DaemonMetrics>();
    var logger = services.GetRequiredService<ILogger<Reflector<T>>>();
    var streamMetrics = metrics.Stream(plural);
    var statuses = streams.Select(stream => new StreamStatus(stream.Name, logger, time, streamMetrics)).ToList();
    var reflectors = streams.Zip(statuses, (stream, status) => (stream.Namespace, new Reflector<T>(
        new DialectProbe<T>([.. stream.Places.Select(place => new ResourceApi<T>(services.GetRequiredService<HttpClient>(), place, time))], $"--api.{plural}-path", time),
        status, services.GetRequiredService<FileSdOptions>().Follow, new Backoff(time, random).Next, time, random)
    {
        Limits = services.GetRequiredService<FileSdOptions>().Limits,
        RefusalBackoff = new Backoff(time, random).Next,
    })).ToList();
    var file = new TargetFile(services.GetRequiredService<FileSdOptions>().TargetsFolder, fileName);
    var fileLogger = services.GetRequiredService<ILogger<FileSdService>>();
    var fileMetrics = metrics.File(fileName);
    var fileStatus = new FileStatus(file.Path, fileLogger, new Backoff(time, random, FileStatus.LongestDelay).Next, time, fileMetrics);
    var care = new FileCare(file, fileStatus, fileLogger, new Backoff(time, random, FileCare.LongestPause).Next, time, fileMetrics);
    var joined = services.GetRequiredService<FileSdOptions>().Labels.NodeMetadata ? others : [];
    var audit = services.GetService<AuditTrail>();
    var isAsked = audit is not null || services.GetRequiredService<FileSdOptions>() is { Once: false, WebAddress: not null };
    var history = isAsked ? new PublishHistory(fileName, audit, time, fileLogger) : null;
    var feed = new Feed(plural, statuses, joined, others, file, fileStatus, care, streamMetrics, time, history);
    metrics.BeforeScrape(feed.Measure);
    return new(reflectors, feed, new SilentLosses(time));
}
