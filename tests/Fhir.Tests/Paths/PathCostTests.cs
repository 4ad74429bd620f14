using System.Diagnostics;
using System.Text;

namespace Socle.Fhir.Tests.Paths;

/// <summary>Each expression is written to do more work than its steps tell.</summary>
public sealed class PathCostTests
{
    static readonly FhirDocument Wide = FhirDocument.Parse(Encoding.UTF8.GetBytes(
        """{"resourceType":"Patient","id":"p","text":{"status":"generated","div":"<div>""" + new string('x', 500_000) + "</div>\"},\"name\":["
        + string.Join(',', Enumerable.Range(0, 4_000).Select(i => $$"""{"family":"N{{i}}","given":["G{{i}}","H"]}""")) + "]}"));

    [Theory]
    [InlineData("defineVariable('d', descendants()).name.repeatAll(%d.tail().skip(1).first())")]
    [InlineData("name.repeatAll($this)")]
    [InlineData("name.aggregate($total.combine(%context.name), {})")]
    [InlineData("name.aggregate($total & 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' & $total, 'a')")]
    [InlineData("'aaaaaaaaaa'.repeat(replace('a', 'aaaaaaaaaa'))")]
    [InlineData("name.select(%resource.text.`div`.length())")]
    [InlineData("name.select(%resource.text.`div` = %resource.text.`div` & 'x')")]
    [InlineData("name.select(%resource.text.`div`.matches('(x*y){40}'))")]
    [InlineData("name.select($index.toString()).select('abc'.matches($this & '(a{50}){50}'))")]
    [InlineData("name.select(%resource.text.`div`.htmlChecks())")]
    [InlineData("name.select(%context.name.family)")]
    [InlineData("name.select(%context.name.nothing)")]
    [InlineData("name.select(%context.name.ofType(Period))")]
    [InlineData("name.select(%context.name.sort(family))")]
    [InlineData("name.select(%context.name.distinct())")]
    [InlineData("name.given.select(%context.name.given.join())")]
    [InlineData("name.given.select(%context.text.`div`.split('x'))")]
    [InlineData("name.given.select(%context.text.`div`.toChars())")]
    [InlineData("name.select(%context.name.family.exclude(%context.name.given))")]
    [InlineData("name.select(%context.name ~ %context.name)")]
    [InlineData("name.all(%context.name.isDistinct())")]
    public void A_costly_expression_is_stopped(string expression)
    {
        try
        {
            var path = FhirPath.Compile(expression);
            path.Evaluate(Wide.Root);   // what is run first is compiled first
        }
        catch (FhirException)
        {
        }
        var watch = Stopwatch.StartNew();
        var memory = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<FhirException>(() => FhirPath.Compile(expression).Evaluate(Wide.Root));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        (GC.GetAllocatedBytesForCurrentThread() - memory).ShouldBeLessThan(256L << 20);
    }
}
