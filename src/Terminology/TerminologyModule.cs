using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Api;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Terminology;

/// <summary>Code systems, value sets and concept maps that were loaded, and the operations on them.</summary>
public sealed class TerminologyModule : Module
{
    const string Definitions = "http://hl7.org/fhir/OperationDefinition/";

    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<TerminologyDesk>();
        services.AddSingleton<ITerminology>(s => s.GetRequiredService<TerminologyDesk>());
        services.AddSingleton<WriteRule, TerminologyRule>();
        services.AddSingleton<WriteRule, ExpiredCodesRule>();
        services.AddSingleton<ImportFormat, NomenclatureImport>();
        services.AddSingleton<ExpandValueSet>().AddSingleton<ValidateCode>().AddSingleton<LookUpCode>().AddSingleton<SubsumeCodes>().AddSingleton<TranslateCode>();
        Add<ExpandValueSet>(services, "expand", "ValueSet", "ValueSet-expand", o => o.OfType, o => o.OfInstance);
        Add<ValidateCode>(services, "validate-code", "ValueSet", "ValueSet-validate-code", o => o.InSet, o => o.InThisSet);
        Add<ValidateCode>(services, "validate-code", "CodeSystem", "CodeSystem-validate-code", o => o.InSystem, o => o.InThisSystem);
        Add<LookUpCode>(services, "lookup", "CodeSystem", "CodeSystem-lookup", o => o.Handle, null);
        Add<SubsumeCodes>(services, "subsumes", "CodeSystem", "CodeSystem-subsumes", o => o.OfType, o => o.OfInstance);
        Add<TranslateCode>(services, "translate", "ConceptMap", "ConceptMap-translate", o => o.OfType, o => o.OfInstance);
    }

    /// <summary>Nobody waits for the reading: the server answers meanwhile.</summary>
    public override Task Start(IServiceProvider services, CancellationToken stop)
    {
        var desk = services.GetRequiredService<TerminologyDesk>();
        services.GetRequiredService<Db>().Changes.Hear(TerminologyDesk.Kind, desk.ChangedElsewhere);
        desk.Load(services.GetRequiredService<RecordStore>(), services.GetRequiredService<AccessDesk>(), stop);
        return Task.CompletedTask;
    }

    // GET and POST, of the type and of one resource.
    static void Add<T>(
        IServiceCollection services, string name, string type, string definition, Func<T, Func<FhirCall, CancellationToken, Task<FhirAnswer>>> ofType,
        Func<T, Func<FhirCall, CancellationToken, Task<FhirAnswer>>>? ofInstance) where T : notnull
    {
        foreach (var method in (string[])["GET", "POST"])
        {
            services.AddSingleton(s => new FhirOperation(name, method, $"{type}/${name}", Definitions + definition, ofType(s.GetRequiredService<T>())));
            if (ofInstance is not null)
                services.AddSingleton(s => new FhirOperation(name, method, $"{type}/{{id}}/${name}", Definitions + definition, ofInstance(s.GetRequiredService<T>())));
        }
    }
}
