using System.Net;
using System.Net.Sockets;

namespace Socle.Platform;

/// <summary>Whether an address is one of the open internet (IANA special-purpose registries, IPv4 and IPv6).</summary>
static class PublicAddress
{
    static readonly IPNetwork[] Special4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"
        }.Select(IPNetwork.Parse)
    ];

    // All the rest of IPv6 is not global: loopback, v4-mapped, NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), unique local, link-local, multicast.
    static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    static readonly IPNetwork[] Special6 =
    [
        .. new[]
        {
            "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"   // protocols and Teredo, documentation, 6to4, AS112
        }.Select(IPNetwork.Parse)
    ];

    public static bool Is(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !Special4.Any(network => network.Contains(address)),
        AddressFamily.InterNetworkV6 => !address.IsIPv4MappedToIPv6 && address.ScopeId == 0 && Global6.Contains(address)
            && !Special6.Any(network => network.Contains(address)),
        _ => false
    };
}
