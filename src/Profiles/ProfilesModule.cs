using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Socle.Access;
using Socle.Api;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Profiles;

/// <summary>Profiles that were loaded (FHIR packages, StructureDefinitions), $validate, and validation on write.</summary>
public sealed class ProfilesModule : Module
{
    const string Definition = "http://hl7.org/fhir/OperationDefinition/Resource-validate";

    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<ProfilesSettings>(configuration, "Profiles");
        services.TryAddSingleton<ITerminology>(BuiltInTerminology.Instance);
        services.AddSingleton(s =>
        {
            var profiles = new LoadedProfiles(s.GetRequiredService<RecordStore>, s.GetRequiredService<AccessDesk>, s.GetRequiredService<ITerminology>());
            s.GetRequiredService<Db>().Changes.Hear(LoadedProfiles.Kind, profiles.Forget);
            return profiles;
        });
        // Each time anew: FHIRPath's conformsTo() asks it for what is loaded now.
        services.AddTransient(s => s.GetRequiredService<LoadedProfiles>().Ready);
        services.AddSingleton<WriteRule, ValidationRule>();
        services.AddSingleton<ImportFormat>(s => new PackageImport(
            s.GetRequiredService<RecordStore>, s.GetRequiredService<LoadedProfiles>(), s.GetRequiredService<ProfilesSettings>()));
        services.AddSingleton<ValidateResource>();
        Add("POST", "Resource/$validate");
        Add("POST", "{type}/$validate");
        Add("POST", "{type}/{id}/$validate");
        Add("GET", "{type}/{id}/$validate");

        void Add(string method, string route) => services.AddSingleton(s =>
            new FhirOperation("validate", method, route, Definition, (call, stop) => s.GetRequiredService<ValidateResource>().Handle(call, stop)));
    }
}
