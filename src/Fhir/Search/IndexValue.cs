namespace Socle.Fhir;

/// <summary>What a value stands for beyond its kind.</summary>
public enum IndexAspect : byte
{
    Plain,

    /// <summary>A code without a system of its own; System is the code system its binding implies.</summary>
    Code,

    /// <summary>Only text (of a CodeableConcept): answers to :text, never to a code.</summary>
    TextOnly,

    /// <summary>An identifier by its type: System and Code are the type's, Text is the value. Answers to :of-type only.</summary>
    OfType,
}

/// <summary>One searchable value of a resource. Composite parameters have none: they are matched on the document.</summary>
public readonly struct IndexValue
{
    public SearchParam Param { get; init; }

    /// <summary>The parameter's kind; Token under a Reference parameter is the reference's identifier.</summary>
    public SearchKind Kind { get; init; }

    public IndexAspect Aspect { get; init; }

    /// <summary>Token: system. Quantity: the unit's system. Reference: the target's type, null when the literal names none.</summary>
    public string? System { get; init; }

    /// <summary>Token: code. Quantity: the unit's code. Reference: the target's id; of a canonical the URL without its version.</summary>
    public string? Code { get; init; }

    /// <summary>String and URI as written; reference literal; display of a token; unit of a quantity.</summary>
    public string? Text { get; init; }

    /// <summary>Strings: the search key (<see cref="FrenchText.Normal"/>).</summary>
    public string? Normal { get; init; }

    /// <summary>Dates: first instant meant, UTC microseconds since 1970; long.MinValue when open.</summary>
    public long Low { get; init; }

    /// <summary>Dates: first instant no longer meant; long.MaxValue when open.</summary>
    public long High { get; init; }

    /// <summary>Numbers and quantities: both ends belong to the value; they are equal but for ranges and comparators.</summary>
    public decimal LowNumber { get; init; }

    public decimal HighNumber { get; init; }

    public override string ToString() => Kind switch
    {
        SearchKind.Date => $"{Param}: {Low}..{High}",
        SearchKind.Number or SearchKind.Quantity => $"{Param}: {LowNumber}..{HighNumber} {System}|{Code}",
        _ => $"{Param}: {System}|{Code} {Text}",
    };
}
