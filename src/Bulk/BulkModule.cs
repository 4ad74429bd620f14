using Socle.Platform;

namespace Socle.Bulk;

/// <summary>FHIR Bulk Data: $export, $import, and the requests that are answered later.</summary>
public sealed class BulkModule : Module;
