namespace Socle.Core.Tests.Platform;

/// <summary>Ways to write an address of our own network, or another's, so that one parser lets it pass and another calls it.</summary>
static class EgressVectors
{
    static readonly string[] Addresses =
    [
        "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0", "0.0.0.0", "2130706433", "017700000001", "0x7f000001", "0x7F.0x0.0x0.0x1", "0177.0.0.1", "0177.0.0.01",
        "127.0.0.1.", "00000127.0.0.1", "127.00.00.01", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "①②⑦.⓪.⓪.①", "１２７.0.0.1", "٠١٢٧.0.0.1", "4294967297", "-1",
        "10.0.0.1", "10.1", "167772161", "0xa000001", "172.16.0.1", "192.168.0.1", "3232235521", "0xc0a80001", "169.254.169.254", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376",
        "100.64.0.1", "198.18.0.1", "192.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "169.254.169.254.nip.io", "127.0.0.1.nip.io", "localtest.me", "spoofed.example",
        "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[0:0:0:0:0:ffff:7f00:0001]", "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fe80::1%lo]", "[fc00::1]", "[fd00::1]", "[fec0::1]", "[ff02::1]", "[::1%251]", "[::ffff:10.0.0.1]",
        "localhost", "LOCALHOST", "localhost.", "localhost.localdomain", "ip6-localhost", "loc%61lhost", "%6c%6fcalhost", "ⓛocalhost", "loc\u00ADalhost", "localhost\u3002", "lo\u200Bcalhost", "ｌｏｃａｌｈｏｓｔ",
        "hooks.example.org.", "HOOKS.example.org", "hooks.example.org%00.evil", "hooks.example.org%2eevil", "hooks.example.org。", "hooks。example。org", "hooks..example.org", ".hooks.example.org", "-hooks.example.org",
        "evilhooks.example.org", "hooks.example.org.evil.example", "hooks_example.org", "xn--hooks-example.org", "метадата.example", "metadata.google.internal", "metadata", "kubernetes.default.svc", "0.0.0.0.in-addr.arpa"
    ];

    public static IEnumerable<string> All(int port)
    {
        foreach (var address in Addresses)
        {
            if (address is not ("localhost" or "spoofed.example" or "localtest.me")) yield return $"https://{address}/";
            yield return $"https://{address}:{port}/hook";
            yield return $"http://{address}:{port}/hook";
            yield return $"https://hooks.example.org@{address}:{port}/";
        }
        foreach (var url in Odd(port)) yield return url;
    }

    static IEnumerable<string> Odd(int port)
    {
        string[] schemes = ["http", "ftp", "file", "gopher", "dict", "ldap", "ws", "wss", "jar", "data", "javascript", "unix", "HTTPS", "hTTps", "https+unix", "netdoc", "tftp", "ssh", "sftp", "mailto", "urn", "view-source:https"];
        foreach (var scheme in schemes)
        {
            yield return $"{scheme}://127.0.0.1:{port}/";
            yield return $"{scheme}://hooks.example.org:{port}/";
        }
        string[] urls =
        [
            "", " ", "/", "//", "//127.0.0.1/", "https:", "https:/", "https://", "https:///", "https:///127.0.0.1/", "https:127.0.0.1", "https:/127.0.0.1/", "https:\\\\127.0.0.1\\", "https://\\127.0.0.1/",
            $"https://hooks.example.org:{port}@127.0.0.1/", $"https://hooks.example.org#@127.0.0.1:{port}/", $"https://hooks.example.org\\@127.0.0.1:{port}/", $"https://127.0.0.1:{port}\\@hooks.example.org/",
            $"https://127.0.0.1:{port}#@hooks.example.org/", $"https://hooks.example.org:443@localhost:{port}/", $"https://user:password@localhost:{port}/", $"https://@localhost:{port}/", $"https://:@localhost:{port}/",
            $"https://hooks.example.org&@localhost:{port}/", $"https://hooks.example.org;@localhost:{port}/", $"https://hooks.example.org%40localhost:{port}/", $"https://localhost:{port}%2f@hooks.example.org/",
            $"https://hooks.example.org\t@localhost:{port}/", $"https://hooks.example.org\r\n@localhost:{port}/", $"https://hooks.example.org\0@localhost:{port}/", $" https://localhost:{port}/", $"https://localhost:{port}/ ",
            $"\thttps://localhost:{port}/", $"https ://localhost:{port}/", $"https:// localhost:{port}/", $"https://local host:{port}/", $"https://localhost:{port} /", $"\uFEFFhttps://localhost:{port}/", $"https\u200B://localhost:{port}/",
            "https://hooks.example.org:22/", "https://hooks.example.org:25/", "https://hooks.example.org:80/", "https://hooks.example.org:0/", "https://hooks.example.org:-1/", "https://hooks.example.org:65536/",
            "https://hooks.example.org:4294967739/", "https://hooks.example.org:0443/", "https://hooks.example.org:/", "https://hooks.example.org:443:443/", "https://hooks.example.org:44３/", "https://hooks.example.org:+443/",
            "https://hooks.example.org:443.0/", "https://hooks.example.org:0x1bb/", "https://hooks.example.org/#a", "https://hooks.example.org/\\..\\", "https://hooks.example.org/é", "https://hooks.example.org/a b",
            "https://hooks.example.org/\r\nHost: localhost", "https://hooks.example.org/%0d%0a\r\nX: y", "https://hooks.example.org/" + new string('a', 2_048), $"https://{new string('a', 64)}.example.org/", $"https://{string.Join('.', Enumerable.Repeat("a", 140))}/",
            "https://hooks.example.org", "https://hooks.example.org/", "https://hooks.example.org?x=https://localhost/"   // right by their letters; their name leads to the canary
        ];
        foreach (var url in urls) yield return url;
    }
}
