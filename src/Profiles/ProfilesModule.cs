using Socle.Platform;

namespace Socle.Profiles;

/// <summary>Profiles that were loaded (FHIR packages, StructureDefinitions), $validate, and validation on write.</summary>
public sealed class ProfilesModule : Module;
