using Socle.Platform;

namespace Socle.Terminology;

/// <summary>Code systems, value sets and concept maps that were loaded, and the operations on them.</summary>
public sealed class TerminologyModule : Module;
