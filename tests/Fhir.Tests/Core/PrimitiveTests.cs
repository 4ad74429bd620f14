using System.Text;

namespace Socle.Fhir.Tests.Core;

public sealed class PrimitiveTests
{
    // A value of each type stands in an extension.
    public static TheoryData<string, string[], string[]> Formats => new()
    {
        { "Boolean", ["true", "false"], ["\"true\"", "1", "0", "\"\""] },
        {
            "Integer", ["0", "-1", "2147483647", "-2147483648", "-0"],
            ["2147483648", "-2147483649", "1.0", "1e2", "\"1\"", "99999999999999999999999999"]
        },
        { "PositiveInt", ["1", "2147483647"], ["0", "-1", "2147483648", "1.5"] },
        { "UnsignedInt", ["0", "2147483647"], ["-1", "2147483648", "\"0\""] },
        {
            "Decimal", ["0", "-1.50", "1e3", "1.0E-24", "0.00000000000000001", "1e999", "1234567890123456789012345678"],
            ["\"1\"", "1e1000", "1e-12345678901234567890", new string('9', 65), new string('9', 10_000)]
        },
        { "String", ["\"a\"", "\" \"", "\"é\\n\""], ["\"\"", "3", "\"" + new string('a', (1 << 20) + 1) + "\""] },
        { "Markdown", ["\"# a\""], ["\"\""] },
        { "Code", ["\"a\"", "\"a b\"", "\"text/plain\""], ["\"\"", "\" a\"", "\"a \"", "\"a  b\"", "\"\\ta\"", "\"\\u0020a\""] },
        { "Id", ["\"a\"", "\"A-1.z\"", "\"" + new string('a', 64) + "\""], ["\"\"", "\"a_b\"", "\"a/b\"", "\"é\"", "\"" + new string('a', 65) + "\""] },
        { "Uri", ["\"urn:x\"", "\"http://a/b?c=d#e\"", "\"#a\"", "\"a\\/b\""], ["\"\"", "\"a b\"", "\"a\\nb\"", "\"\\u0020\""] },
        { "Url", ["\"http://a\""], ["\"a b\""] },
        { "Canonical", ["\"http://a|1.0\""], ["\"a b\"", "\"\""] },
        { "Oid", ["\"urn:oid:1.2.250.1.213\"", "\"urn:oid:2.0\""], ["\"1.2\"", "\"urn:oid:3.1\"", "\"urn:oid:1\"", "\"urn:oid:1.\"", "\"urn:oid:1..2\"", "\"urn:oid:1.02\"", "\"urn:oid:1.2.x\""] },
        { "Uuid", ["\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\""], ["\"c757873d-ec9a-4326-a141-556f43239520\"", "\"urn:uuid:C757873D-ec9a-4326-a141-556f43239520\"", "\"urn:uuid:c757873dec9a4326a141556f43239520\""] },
        {
            "Date", ["\"2026\"", "\"2026-02\"", "\"2024-02-29\"", "\"0001-01-01\""],
            ["\"2026-02-30\"", "\"2026-02-29\"", "\"2026-13\"", "\"2026-00\"", "\"2026-01-00\"", "\"0000\"", "\"26\"", "\"2026-1-1\"", "\"2026/01/01\"",
                "\"2026-01-01T10:00:00Z\"", "\" 2026\"", "\"20260101\"", "\"2026-01-\"", "\"-2026\"", "20260101"]
        },
        {
            "DateTime", ["\"2026\"", "\"2026-05\"", "\"2026-05-04\"", "\"2026-05-04T10:20:30Z\"", "\"2026-05-04T10:20:30.123456789+02:00\"", "\"2016-12-31T23:59:60Z\"", "\"2026-05-04T10:20:30-14:00\""],
            ["\"2026-05-04T10:20:30\"", "\"2026-05-04T10:20Z\"", "\"2026-05-04T24:00:00Z\"", "\"2026-05-04T10:60:00Z\"", "\"2026-05-04T10:20:61Z\"", "\"2026-05-04T10:20:30.Z\"",
                "\"2026-05-04T10:20:30+2:00\"", "\"2026-05-04T10:20:30+14:30\"", "\"2026-05-04T10:20:30+15:00\"", "\"2026-05-04 10:20:30Z\"", "\"2026-02-30T10:20:30Z\"", "\"2026-05-04T10:20:30z\"",
                "\"2026-05-04T10:20:30." + new string('1', 60) + "Z\""]
        },
        { "Instant", ["\"2026-05-04T10:20:30Z\"", "\"2026-05-04T10:20:30.1+02:00\""], ["\"2026\"", "\"2026-05-04\"", "\"2026-05-04T10:20:30\""] },
        { "Time", ["\"10:20:30\"", "\"23:59:59.999\""], ["\"10:20\"", "\"24:00:00\"", "\"10:20:30Z\"", "\"10:20:30.\"", "\"1:20:30\""] },
        { "Base64Binary", ["\"QUJD\"", "\"QQ==\"", "\"QU JD\"", "\"QUJD\\nQUJD\"", "\"\\u0051UJD\""], ["\"\"", "\"QUJ\"", "\"Q===\"", "\"QU-D\"", "\"QUJD=\"", "\"é\"", "\" \""] }
    };

    [Theory, MemberData(nameof(Formats))]
    public void The_format_of_a_primitive_is_checked(string type, string[] right, string[] wrong)
    {
        foreach (var value in right) Issues(type, value).ShouldBeEmpty(type + " " + value);
        foreach (var value in wrong)
        {
            var issue = Issues(type, value).ShouldHaveSingleItem(type + " " + value[..Math.Min(80, value.Length)]);
            issue.Expression.ShouldBe("Patient.extension[0].value");
            issue.Severity.ShouldBe("error");
        }
    }

    [Fact]
    public void Digits_are_kept_as_they_are_written()
    {
        using var doc = FhirDocument.Parse(Json("Decimal", "1.0500E-03"));
        doc.Root["extension"]["value"].Text.ShouldBe("1.0500E-03");
        doc.Root["extension"]["valueDecimal"].Type.ShouldBe("decimal");
    }

    static byte[] Json(string type, string value) =>
        Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","extension":[{"url":"u","value{{type}}":{{value}}}]}""");

    static IReadOnlyList<Issue> Issues(string type, string value)
    {
        if (FhirDocument.TryParse(Json(type, value), out var doc, out var issues)) doc.Dispose();
        return issues;
    }
}
