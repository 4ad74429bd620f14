using System.Diagnostics;
using System.Text;

namespace Socle.Fhir.Tests.Identifiers;

public sealed class SafeXmlTests
{
    [Fact]
    public void A_document_60_000_deep_is_refused_at_once()
    {
        var bomb = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", 60_000)) + string.Concat(Enumerable.Repeat("</a>",
            60_000)));
        // The best of five: the machine may be busy, the work is what counts.
        var best = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var watch = Stopwatch.StartNew();
            Should.Throw<FhirException>(() => SafeXml.Load(bomb));
            best = Math.Min(best, watch.ElapsedMilliseconds);
        }
        best.ShouldBeLessThan(50);
    }

    [Theory]
    [InlineData(127, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Depth_is_bounded(int depth, bool accepted)
    {
        var xml = Bytes(string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth)));
        Accepts(xml).ShouldBe(accepted);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Attributes_are_bounded(int count, bool accepted) =>
        Accepts(Bytes($"<a {string.Join(' ', Enumerable.Range(0, count).Select(i => $"b{i}=''"))}/>")).ShouldBe(accepted);

    [Theory]
    [InlineData(499_999, true)]
    [InlineData(500_000, false)]
    public void Elements_are_bounded(int children, bool accepted) =>
        Accepts(Bytes("<a>" + string.Concat(Enumerable.Repeat("<b/>", children)) + "</a>")).ShouldBe(accepted);

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>")]
    [InlineData("<!DOCTYPE a><a/>")]
    [InlineData("<a>&undefined;</a>")]
    [InlineData("<a><b></a>")]
    [InlineData("<a/><a/>")]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("<?xml version='1.0' encoding='no-such-charset'?><a/>")]
    [InlineData("<a>\u0001</a>")]
    public void Everything_else_that_is_wrong_is_one_refusal(string xml) => Accepts(Bytes(xml)).ShouldBeFalse();

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused() =>
        Accepts([(byte)'<', (byte)'a', (byte)'>', 0xC3, 0x28, (byte)'<', (byte)'/', (byte)'a', (byte)'>'])
        .ShouldBeFalse();

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("iso-8859-1")]
    public void Encodings_with_and_without_marks(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = $"<?xml version='1.0' encoding='{(name.StartsWith("utf-16", StringComparison.Ordinal) ? "utf-16" : name)}'?><a>é</a>";
        SafeXml.Load(encoding.GetPreamble().Concat(encoding.GetBytes(text)).ToArray()).Value.ShouldBe("é");
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static bool Accepts(byte[] xml)
    {
        try
        {
            SafeXml.Load(xml);
            return true;
        }
        catch (FhirException refusal)
        {
            refusal.Issues.ShouldNotBeEmpty();
            return false;
        }
    }
}
