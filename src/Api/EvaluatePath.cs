using Microsoft.Extensions.DependencyInjection;
using Socle.Fhir;

namespace Socle.Api;

/// <summary>POST $fhirpath, as FHIRPath Lab calls it: the resource comes with the question, nothing of the record is read.</summary>
static class EvaluatePath
{
    public static readonly FhirOperation Operation =
        new("fhirpath", "POST", "$fhirpath", "https://fhirpath-lab.com/OperationDefinition/fhirpath", Handle, BodyLimits.Resource.Whole);

    static async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        using var request = await call.ReadBody(stop) ?? throw ApiRefusals.Empty.With();
        var services = call.Http.RequestServices;
        var environment = new FhirPathEnvironment
        {
            Now = services.GetRequiredService<TimeProvider>().GetLocalNow(), Terminology = services.GetService<ITerminology>(),
            ConformsTo = services.GetService<Validator>() is { } validator ? validator.Conforms : null
        };
        try
        {
            return FhirAnswer.Of(FhirPathLab.Answer(request, environment));
        }
        catch (FhirException error)
        {
            throw ApiRefusals.BadExpression.With(Outcome.Issues(error));
        }
    }
}
