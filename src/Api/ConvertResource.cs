using Socle.Fhir;

namespace Socle.Api;

/// <summary>POST $convert: a resource in one format, back in the one asked for. Nothing is stored.</summary>
static class ConvertResource
{
    static readonly BodyLimits Limits = new(BodyLimits.Bundle.Json, BodyLimits.Bundle.Json, DataCutter.Nothing);

    public static readonly FhirOperation Operation =
        new("convert", "POST", "$convert", "http://hl7.org/fhir/OperationDefinition/Resource-convert", Handle, Limits.Whole);

    static async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        Negotiation.MustBeFhir(call.Http.Request);
        using var document = (await FhirBody.Read(call, Limits, stop)).Parse();
        return FhirAnswer.Of(document.Bytes);
    }
}
