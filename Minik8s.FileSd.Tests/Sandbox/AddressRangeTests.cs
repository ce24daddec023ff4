using System.Net;
using Minik8s.Sandbox;
using Minik8s.Sandbox.Cluster;

namespace Minik8s.FileSd.Tests.Sandbox;

internal sealed class AddressRangeTests
{
    private readonly AddressRange _range = new(IPNetwork.Parse("127.0.1.0/29"));

    [Test]
    public void Addresses_follow_one_another_and_one_given_back_is_not_next()
    {
        Take().Should().Be("127.0.1.1");
        Take().Should().Be("127.0.1.2");
        _range.GiveBack(IPAddress.Parse("127.0.1.1"));
        Take().Should().Be("127.0.1.3");
    }

    [Test]
    public void An_address_asked_for_is_not_handed_out()
    {
        _range.Take(IPAddress.Parse("127.0.1.1"));
        Take().Should().Be("127.0.1.2");
    }

    [Test]
    public void The_range_is_used_around_and_its_end_is_said()
    {
        Enumerable.Range(0, 6).Select(_ => Take()).ToList().Should().EndWith("127.0.1.6").And.OnlyHaveUniqueItems();
        _range.Invoking(range => range.Take()).Should().Throw<SandboxException>().WithMessage("*127.0.1.0/29*");
        _range.GiveBack(IPAddress.Parse("127.0.1.4"));
        Take().Should().Be("127.0.1.4");
    }

    private string Take() => _range.Take().ToString();
}
