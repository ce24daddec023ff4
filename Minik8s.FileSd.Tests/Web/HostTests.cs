using System.Net;
using Microsoft.AspNetCore.Http;
using Minik8s.FileSd.Tests.Support;
using Minik8s.FileSd.Web;

namespace Minik8s.FileSd.Tests.Web;

/// <summary>A foreign site whose name leads here is not shown what is here.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class HostTests
{
    [TestCase("127.0.0.1", true)]
    [TestCase("127.0.0.1:9099", true)]
    [TestCase("[::1]:9099", true)]
    [TestCase("10.0.0.7", true)]
    [TestCase("localhost", true)]
    [TestCase("localhost.", true)]
    [TestCase("LOCALHOST:9099", true)]
    [TestCase("a.localhost", true)]
    [TestCase("master", true)]
    [TestCase("", true)]
    [TestCase("evil.example", false)]
    [TestCase("evil.example.:9099", false)]
    [TestCase("127.0.0.1.evil.example", false)]
    [TestCase("localhost.evil.example", false)]
    [TestCase("evillocalhost.example", false)]
    public void On_loopback_it_answers_to_addresses_and_to_names_that_nobody_out_there_can_have(string host, bool isTaken) =>
        new HostCheck(new(IPAddress.Loopback, 9099)).Takes(new HostString(host)).Should().Be(isTaken);

    [TestCase("0.0.0.0")]
    [TestCase("10.0.0.7")]
    [TestCase("::")]
    public void Elsewhere_it_answers_to_any_name(string address) =>
        new HostCheck(new(IPAddress.Parse(address), 9099)).Takes(new HostString("prometheus.example")).Should().BeTrue();

    [TestCase("/")]
    [TestCase("/sd/pods")]
    [TestCase("/api/status")]
    [TestCase("/api/objects")]
    [TestCase("/api/events")]
    [TestCase("/page.js")]
    [TestCase("/nothing")]
    public async Task What_tells_of_objects_is_refused_under_a_foreign_name(string path)
    {
        await using var web = await TestEndpoint.StartAsync();
        (await CodeAsync(web, path, "evil.example")).Should().Be(HttpStatusCode.MisdirectedRequest);
        (await CodeAsync(web, path, "localhost")).Should().NotBe(HttpStatusCode.MisdirectedRequest);
    }

    [TestCase("/metrics")]
    [TestCase("/healthz")]
    public async Task What_machines_ask_for_is_answered_under_any_name(string path)
    {
        await using var web = await TestEndpoint.StartAsync();
        (await CodeAsync(web, path, "prometheus.example")).Should().Be(HttpStatusCode.OK);
    }

    private static async Task<HttpStatusCode> CodeAsync(TestEndpoint web, string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        using var response = await web.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    [Test]
    public async Task What_the_page_of_another_site_asks_for_is_refused_and_a_link_from_there_is_not()
    {
        await using var web = await TestEndpoint.StartAsync();
        (await Asked("cross-site", "no-cors")).Should().Be(HttpStatusCode.Forbidden);
        (await Asked("cross-site", "cors")).Should().Be(HttpStatusCode.Forbidden);
        (await Asked("cross-site", "navigate")).Should().Be(HttpStatusCode.OK);
        (await Asked("same-origin", "cors")).Should().Be(HttpStatusCode.OK);
        (await Asked("none", "navigate")).Should().Be(HttpStatusCode.OK);

        async Task<HttpStatusCode> Asked(string site, string mode)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/?limit=1000");
            request.Headers.Add("Sec-Fetch-Site", site);
            request.Headers.Add("Sec-Fetch-Mode", mode);
            using var response = await web.Http.SendAsync(request);
            return response.StatusCode;
        }
    }
}
