namespace Socle.Cda.Tests;

public sealed class CdaTimeTests
{
    [Theory]
    [InlineData("1977", "1977", "1977")]
    [InlineData("197707", "1977-07", "197707")]
    [InlineData("19770731", "1977-07-31", "19770731")]
    [InlineData("2024022923", "2024-02-29T23:00:00+01:00", "20240229220000")]
    [InlineData("202407010905+0200", "2024-07-01T09:05:00+02:00", "20240701070500")]
    [InlineData("20240301101500+0100", "2024-03-01T10:15:00+01:00", "20240301091500")]
    [InlineData("20240301101500.1234-0500", "2024-03-01T10:15:00-05:00", "20240301151500")]
    [InlineData("20210401171000+010", "2021-04-01T17:10:00+02:00", "20210401151000")]   // a digit dropped: Paris
    [InlineData("20240331015959", "2024-03-31T01:59:59+01:00", "20240331005959")]
    [InlineData("20240331030000", "2024-03-31T03:00:00+02:00", "20240331010000")]
    [InlineData("20241027030000", "2024-10-27T03:00:00+01:00", "20241027020000")]
    public void A_timestamp_keeps_its_precision(string text, string fhir, string xds)
    {
        var time = CdaTime.Parse(text).ShouldNotBeNull();
        (time.ToFhir(), time.ToXds(), time.Raw).ShouldBe((fhir, xds, text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+0100")]
    [InlineData("20230229")]
    [InlineData("202313")]
    [InlineData("19790000")]
    [InlineData("2024030125")]
    [InlineData("20240301106")]
    [InlineData("2024-03-01")]
    [InlineData("demain")]
    [InlineData("٢٠٢٤")]
    [InlineData("00010101")]
    public void What_is_no_timestamp_is_null(string? text) => CdaTime.Parse(text).ShouldBeNull();
}
