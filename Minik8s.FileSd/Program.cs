using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Minik8s.FileSd;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Streams;
using Minik8s.FileSd.Targets;

return await new CommandLine().RunAsync(args, Environment.GetEnvironmentVariables(), Console.Error, RunAsync);

static async Task<int> RunAsync(FileSdOptions options, IReadOnlyList<string> unknownVariables)
{
    var version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
    try
    {
        TargetFile.CreateFolder(options.TargetsFolder);
    }
    catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync($"minik8s-filesd: --targets.dir \"{options.TargetsFolder}\" cannot be created: {fault.Message}");
        return 2;
    }

    var builder = Host.CreateEmptyApplicationBuilder(null);
    builder.Logging.SetMinimumLevel(options.LogLevel).AddFilter("Microsoft", LogLevel.None);
    builder.Logging.AddConsole(console =>
    {
        console.LogToStandardErrorThreshold = LogLevel.Trace;

        // When nobody reads the log, lines are lost and not time: files come first.
        console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        console.FormatterName = options.LogAsJson ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple;
    });
    builder.Services.Configure<SimpleConsoleFormatterOptions>(text =>
        (text.SingleLine, text.UseUtcTimestamp, text.TimestampFormat, text.ColorBehavior) =
            (true, true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", LoggerColorBehavior.Disabled));
    builder.Services.Configure<JsonConsoleFormatterOptions>(json =>
        (json.UseUtcTimestamp, json.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
    builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(500));

    builder.Services
        .AddSingleton(options)
        .AddSingleton(TimeProvider.System)
        .AddSingleton(Random.Shared)
        .AddSingleton(ApiClient.Create(options.ApiServer, options.TokenFile, options.Authorities, $"minik8s-filesd/{version}"))
        .AddSingleton(services => Reflector(services, Resources.Nodes()))
        .AddSingleton(services => Reflector(services, Resources.Pods(options.PodSelector, options.PodNamespace)))
        .AddSingleton<FileSdService>()
        .AddHostedService(services => services.GetRequiredService<FileSdService>());

    using var host = builder.Build();
    var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Minik8s.FileSd");
    Log.Started(
        logger, version, options.ApiServer,
        Path.Combine(options.TargetsFolder, options.NodesFile), Path.Combine(options.TargetsFolder, options.PodsFile));
    foreach (var variable in unknownVariables)
        Log.UnknownVariable(logger, variable);

    var service = host.Services.GetRequiredService<FileSdService>();

    // A log that nobody reads may hold up its last lines, but not the end.
    var longestEnd = TimeSpan.FromMilliseconds(700);
    ITimer? overdue = null;
    using var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() =>
        overdue = TimeProvider.System.CreateTimer(
            _ => Environment.Exit(ExitCode(options, service)), null, longestEnd, Timeout.InfiniteTimeSpan));
    await host.RunAsync();
    if (service.ExecuteTask is { IsFaulted: true, Exception: var crash })
    {
        Log.Crashed(logger, crash!.InnerException!);
        return 1;
    }

    if (options.Once && ExitCode(options, service) == 0)
        Log.Done(logger);
    else
        Log.Stopped(logger);
    overdue?.Dispose();
    return ExitCode(options, service);
}

static int ExitCode(FileSdOptions options, FileSdService service) =>
    service.ExecuteTask is { IsFaulted: true } || (options.Once && service.ExecuteTask is not { IsCompletedSuccessfully: true }) ? 1 : 0;

static Reflector<T> Reflector<T>(IServiceProvider services, Resource<T> resource)
    where T : class, IResource
{
    var time = services.GetRequiredService<TimeProvider>();
    var random = services.GetRequiredService<Random>();
    var logger = services.GetRequiredService<ILogger<Reflector<T>>>();
    return new Reflector<T>(
        new KubernetesApi<T>(services.GetRequiredService<HttpClient>(), resource, time),
        new StreamStatus(resource.Plural, logger, time),
        new Backoff(time, random).Next,
        time,
        random);
}
