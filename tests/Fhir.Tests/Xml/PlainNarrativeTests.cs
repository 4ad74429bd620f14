using System.Text;

namespace Socle.Fhir.Tests.Xml;

/// <summary>What is told from the bytes of a narrative is what the XML reader would tell.</summary>
public sealed class PlainNarrativeTests
{
    const string Start = "<div xmlns='http://www.w3.org/1999/xhtml'>";

    [Theory]
    [InlineData("<p>Bonjour <b>vous</b></p>", true)]
    [InlineData("a<br/>b<br />c", true)]
    [InlineData("3 &lt; 4 \\n\\\"x\\\"", true)]
    [InlineData("é<i>à</i>z", true)]
    [InlineData("<script>x</script>", false)]
    [InlineData("<p>x</b>", false)]
    [InlineData("<p>x", false)]
    [InlineData("x</div><div>y", false)]
    [InlineData("&eacute;", false)]
    [InlineData("<p class='a'>x</p>", false)]
    [InlineData("a ]]> b", false)]
    [InlineData("<p> </p>", false)]
    [InlineData("<!-- x -->", false)]
    public void Plain_narratives_are_told_from_their_bytes(string inside, bool plain) =>
        PlainNarrative.Holds(Encoding.UTF8.GetBytes(Start + inside + "</div>")).ShouldBe(plain);

    [Fact]
    public void A_yes_is_never_wrong()
    {
        const int seed = 20260512;
        var random = new Random(seed);
        string[] parts = ["<p>", "</p>", "<b>", "</b>", "<br/>", "<td>", "</td>", "x", " ", "é", "&lt;", "&amp;", "&", "\\n", "\\\"", "]]>", "<", ">", "</div>", "<div>", "<script>", "</script>", "<p a='b'>", "<b/>", "</", "<!---->"];
        var yes = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var raw = Start + string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => parts[random.Next(parts.Length)])) + "</div>";
            if (!PlainNarrative.Holds(Encoding.UTF8.GetBytes(raw))) continue;
            yes++;
            NarrativeRules.Hold(FhirJson.Unescape(Encoding.UTF8.GetBytes(raw))).ShouldBeTrue($"seed {seed}: {raw}");
        }
        yes.ShouldBeGreaterThan(500);
    }
}
