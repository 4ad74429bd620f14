namespace Socle.Platform;

/// <summary>Where the program may call out to by itself: subscriptions, imports by manifest. Nowhere by default.</summary>
public sealed record EgressSettings
{
    /// <summary>Host names that may be called, by https on port 443 or on the port that is written: hooks.example.org, api.example.org:8443. Never an address.</summary>
    public string[] Hosts { get; init; } = [];

    /// <summary>For tests on one machine: localhost and 127.0.0.1, when they are among the hosts, may be called by http, on any port.</summary>
    public bool Loopback { get; init; }
}
