namespace Socle.Fhir;

public sealed partial class SearchParam
{
    FhirPath? path;

    /// <summary>Compiled at its first use. A composite with no expression of its own starts at the resource.</summary>
    public FhirPath Path => path ??= FhirPath.Shared(Expression.Length == 0 ? "$this" : Expression);

    /// <summary>No resource has more than one value of it.</summary>
    public bool IsSingle => single ??= Type is not ("Resource" or "DomainResource") && IndexPlan.IsSingle(this);

    bool? single;
}
