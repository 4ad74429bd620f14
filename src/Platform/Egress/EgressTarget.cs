using System.Net;

namespace Socle.Platform;

/// <summary>An address that may be called: its host is on the list, written as the list writes it.</summary>
sealed record EgressTarget(Uri Uri, string Host, int Port, bool IsLoopback)
{
    const int MostCharacters = 2_048;

    /// <summary>
    /// Null when it may not. The host is read twice, here by its letters and by Uri, and both must agree: what two parsers read differently
    /// (blanks, backslashes, userinfo, numbers that mean an address, dots that are not dots) is not called.
    /// </summary>
    public static EgressTarget? Of(string url, EgressSettings settings)
    {
        if (url.Length is 0 or > MostCharacters || url.Any(c => c is <= ' ' or > '~' or '\\' or '@' or '#')) return null;
        var secure = url.StartsWith("https://", StringComparison.Ordinal);
        if (!secure && !url.StartsWith("http://", StringComparison.Ordinal)) return null;
        var authority = url[(secure ? 8 : 7)..];
        var end = authority.AsSpan().IndexOfAny('/', '?');
        if (end >= 0) authority = authority[..end];
        var colon = authority.IndexOf(':', StringComparison.Ordinal);
        var host = colon < 0 ? authority : authority[..colon];
        if (!TryPort(colon < 0 ? null : authority[(colon + 1)..], secure, out var port) || !IsName(host)) return null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host != host || uri.Port != port || uri.UserInfo.Length > 0) return null;
        var loopback = settings.Loopback && (host is "localhost" or "127.0.0.1");
        if (!secure && !loopback) return null;
        if (!loopback && IPAddress.TryParse(host, out _)) return null;
        return settings.Hosts.Any(listed => Allows(listed, host, port, loopback)) ? new EgressTarget(uri, host, port, loopback) : null;
    }

    static bool Allows(string listed, string host, int port, bool loopback)
    {
        var colon = listed.LastIndexOf(':');
        var name = colon < 0 ? listed : listed[..colon];
        if (!name.Equals(host, StringComparison.OrdinalIgnoreCase)) return false;
        return colon < 0 ? loopback || port == 443 : listed[(colon + 1)..] == port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    static bool TryPort(string? text, bool secure, out int port)
    {
        port = secure ? 443 : 80;
        if (text is null) return true;
        return text.Length is > 0 and <= 5 && text.All(char.IsAsciiDigit) && text[0] != '0' && int.TryParse(text, out port) && port <= 65_535;
    }

    // Lower-case labels of letters, digits and hyphens; the last one is no number, or the whole would be an address in disguise.
    static bool IsName(string host)
    {
        if (host.Length is 0 or > 253) return false;
        var labels = host.Split('.');
        return labels.All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
                && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            && (host == "127.0.0.1" || !(labels[^1].All(char.IsAsciiDigit) || labels[^1].StartsWith("0x", StringComparison.Ordinal)));
    }
}
