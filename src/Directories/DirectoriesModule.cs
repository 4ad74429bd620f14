using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.Directories;

/// <summary>Who practises where, and what is offered there: the professionals, structures and offers of the nation.</summary>
public sealed class DirectoriesModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration) { }

    public override void MapRoutes(IEndpointRouteBuilder app) { }
}
