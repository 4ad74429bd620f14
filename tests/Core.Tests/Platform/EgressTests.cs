using System.Net;
using System.Net.Sockets;
using System.Text;
using Socle.Platform;

namespace Socle.Core.Tests.Platform;

/// <summary>security.md T50: whatever address somebody gives, nothing inside the network is ever called.</summary>
public sealed class EgressTests
{
    static readonly IPAddress Outside = IPAddress.Parse("8.8.8.8");

    [Fact]
    public async Task Four_hundred_addresses_reach_nothing_inside()
    {
        await using var canary = new Canary();
        var vectors = EgressVectors.All(canary.Port).Distinct().ToList();
        vectors.Count.ShouldBeGreaterThanOrEqualTo(400);
        foreach (var url in vectors)
        {
            // Even when the operator put the host of the trick itself on the list, and the name server says « it is here ».
            var settings = new EgressSettings { Hosts = ["hooks.example.org", .. HostsIn(url, canary.Port)] };
            using var egress = new EgressClient(settings, (_, _) => Task.FromResult(new[] { IPAddress.Loopback }), Dial);
            var refusal = await Should.ThrowAsync<Refusal>(() => egress.Send(HttpMethod.Post, url, "{}"u8.ToArray(), "application/json", default), url);
            refusal.Kind.ShouldBe(PlatformRefusals.EgressNotAllowed, url);
        }
        canary.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task The_canary_sings_when_it_is_called()
    {
        await using var canary = new Canary();
        using var egress = new EgressClient(new EgressSettings { Hosts = ["localhost"], Loopback = true });
        var answer = await egress.Send(HttpMethod.Post, $"http://localhost:{canary.Port}/hook", "{}"u8.ToArray(), "application/json", default);
        answer.Status.ShouldBe(302);
        canary.Connections.ShouldBe(1);       // the redirect to itself was not followed
        canary.Heard.ShouldContain("POST /hook HTTP/1.1");
        canary.Heard.ShouldNotContain("traceparent", Case.Insensitive);
    }

    [Fact]
    public async Task A_name_that_changes_its_mind_is_held_to_its_first_answer()
    {
        var (asked, dialled) = (0, new List<IPEndPoint>());
        using var egress = new EgressClient(
            new EgressSettings { Hosts = ["hooks.example.org"] },
            (_, _) => Task.FromResult(new[] { asked++ == 0 ? Outside : IPAddress.Loopback }),
            (place, _) =>
            {
                dialled.Add(place);
                throw new SocketException((int)SocketError.ConnectionRefused);
            });
        await Refused(egress, "https://hooks.example.org/a", PlatformRefusals.EgressUnreachable);
        asked.ShouldBe(1);
        dialled.ShouldHaveSingleItem().ShouldBe(new IPEndPoint(Outside, 443));
        await Refused(egress, "https://hooks.example.org/a", PlatformRefusals.EgressNotAllowed);
        dialled.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("8.8.8.8,10.0.0.1")]        // one inner address among public ones
    [InlineData("0.0.0.0")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:7f00:1::")]
    [InlineData("2001:db8::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("")]
    public async Task A_name_that_leads_inside_is_not_called(string answers)
    {
        var dialled = 0;
        using var egress = new EgressClient(
            new EgressSettings { Hosts = ["hooks.example.org"] },
            (_, _) => Task.FromResult(answers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse).ToArray()),
            (_, _) =>
            {
                dialled++;
                throw new SocketException((int)SocketError.ConnectionRefused);
            });
        await Refused(egress, "https://hooks.example.org/", PlatformRefusals.EgressNotAllowed);
        dialled.ShouldBe(0);
    }

    [Theory]
    [InlineData("2a00:1450:4007:80e::200e", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("8.8.8.8", true)]
    [InlineData("100.63.255.255", true)]
    [InlineData("172.32.0.0", true)]
    [InlineData("100.127.255.255", false)]
    [InlineData("172.16.0.0", false)]
    public void Where_the_open_internet_ends(string address, bool open) => PublicAddress.Is(IPAddress.Parse(address)).ShouldBe(open);

    [Theory]
    [InlineData("https://hooks.example.org/a?b=c", true)]
    [InlineData("https://hooks.example.org:443/", true)]
    [InlineData("https://api.example.org:8443/", true)]
    [InlineData("https://hooks.example.org:8443/", false)]
    [InlineData("https://api.example.org/", false)]
    [InlineData("http://hooks.example.org/", false)]
    [InlineData("http://localhost/", false)]
    public void The_list_names_hosts_and_ports(string url, bool allowed)
    {
        using var egress = new EgressClient(new EgressSettings { Hosts = ["hooks.example.org", "api.example.org:8443", "localhost"] });
        egress.Allows(url).ShouldBe(allowed);
    }

    [Fact]
    public async Task An_answer_stops_at_its_limit()
    {
        await using var canary = new Canary($"HTTP/1.1 200 OK\r\nContent-Length: {3 << 20}\r\n\r\n" + new string('x', 3 << 20));
        using var egress = new EgressClient(new EgressSettings { Hosts = ["localhost"], Loopback = true });
        var url = $"http://localhost:{canary.Port}/";
        await Refused(egress, url, PlatformRefusals.EgressTooLarge);
        (await egress.Download(url, null, 4 << 20, Length, default)).ShouldBe(3 << 20);
        (await Should.ThrowAsync<Refusal>(() => egress.Download(url, null, 2 << 20, Length, default))).Kind.ShouldBe(PlatformRefusals.EgressTooLarge);
    }

    static async Task<long> Length(int status, Stream content, CancellationToken stop)
    {
        var (total, buffer) = (0L, new byte[8_192]);
        while (await content.ReadAsync(buffer, stop) is var read and > 0) total += read;
        return total;
    }

    static async Task Refused(EgressClient egress, string url, RefusalKind kind) =>
        (await Should.ThrowAsync<Refusal>(() => egress.Send(HttpMethod.Get, url, default, null, default))).Kind.ShouldBe(kind);

    static async Task<Stream> Dial(IPEndPoint place, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(place, stop);
        return new NetworkStream(socket, ownsSocket: true);
    }

    static IEnumerable<string> HostsIn(string url, int port)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0) return [];
        var letters = url[(url.IndexOf("//", StringComparison.Ordinal) + 2)..].Split('/', '?', '#', '@', '\\');
        return new[] { uri.Host, uri.DnsSafeHost, uri.IdnHost }.Concat(letters).SelectMany(host => new[] { host, $"{host}:{port}", $"{host}:{uri.Port}" });
    }

    /// <summary>Something inside the network that must not be called.</summary>
    sealed class Canary : IAsyncDisposable
    {
        readonly TcpListener listener = new(IPAddress.Loopback, 0);
        readonly byte[] answer;
        readonly Task loop;
        readonly StringBuilder heard = new();

        public Canary(string? answer = null)
        {
            listener.Start();
            this.answer = Encoding.ASCII.GetBytes(answer ?? $"HTTP/1.1 302 Found\r\nLocation: http://localhost:{Port}/again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            loop = Listen();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;
        public int Connections { get; private set; }
        public string Heard => heard.ToString();

        async Task Listen()
        {
            var buffer = new byte[8_192];
            try
            {
                while (true)
                {
                    using var caller = await listener.AcceptTcpClientAsync();
                    Connections++;
                    await using var stream = caller.GetStream();
                    try
                    {
                        heard.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer)));
                        await stream.WriteAsync(answer);
                    }
                    catch (IOException)
                    {
                        // The caller had enough.
                    }
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
            }
        }

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await loop;
        }
    }
}
