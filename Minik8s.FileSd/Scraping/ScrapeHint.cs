namespace Minik8s.FileSd.Scraping;

/// <summary>What is most often behind an error of a scrape, as Prometheus words it.</summary>
internal static class ScrapeHint
{
    private static readonly (string Words, string Hint)[] Known =
    [
        ("connection refused", "nothing listens there: does the program listen on 0.0.0.0, and not on 127.0.0.1 alone, and on this port?"),
        ("HTTP status 404", "there is no such page: of a pod, the annotation prometheus.io/path names the program's own; else metrics_path of the job"),
        ("HTTP status 401", "it wants to know who asks: give the job an authorization or basic_auth"),
        ("HTTP status 403", "it does not let Prometheus in: give the job an authorization or basic_auth"),
        ("HTTP status 400", "often a port that speaks https: scheme: https in the job or, of a pod, the annotation prometheus.io/scheme"),
        ("server gave HTTP response to HTTPS client", "it speaks http: take the annotation prometheus.io/scheme: https away, or the scheme from the job"),
        ("first record does not look like a TLS handshake", "it speaks http: take the annotation prometheus.io/scheme: https away, or the scheme from the job"),
        ("malformed HTTP response", "it speaks no http: another port, or one that speaks https"),
        ("x509:", "its certificate is not trusted: name the authority by tls_config in the job"),
        ("context deadline exceeded", "it answers too late, or nobody does: a firewall or network policies between, or it needs longer: scrape_timeout of the job or, of a pod, the annotation prometheus.io/timeout"),
        ("i/o timeout", "nobody answers: a firewall or a network policy between"),
        ("no route to host", "Prometheus has no way there: is the network of the pods reachable from where it runs?"),
        ("network is unreachable", "Prometheus has no way there: is the network of the pods reachable from where it runs?"),
        ("no such host", "the name is not known where Prometheus runs"),
        ("limit exceeded", "a limit of the job"),
        ("expected", "what answers is not in Prometheus' format: is it the port, and the path, of the metrics?"),
        ("start token", "what answers is no page of metrics: the annotations prometheus.io/path and prometheus.io/port name it"),
        ("unsupported Content-Type", "what answers is no page of metrics: the annotations prometheus.io/path and prometheus.io/port name it"),
        ("EOF", "it ends the connection without an answer: often a port that speaks something else"),
    ];

    /// <summary>Null when none is known.</summary>
    public static string? Of(string error) =>
        Known.FirstOrDefault(known => error.Contains(known.Words, StringComparison.OrdinalIgnoreCase)).Hint;
}
