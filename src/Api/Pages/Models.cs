namespace Socle.Api.Pages;

public sealed record VendorModel(
    string Base, bool Demo, IReadOnlyList<InteractionRow> Interactions, IReadOnlyList<OperationRow> Operations, IReadOnlyList<ExampleRow> Examples,
    IReadOnlyList<PersonRow> Sandbox, IReadOnlyList<RefusalRow> Refusals, IReadOnlyList<VendorSection> Sections);

public sealed record InteractionRow(string Code, string Method, string Address)
{
    /// <summary>By criteria in place of an id.</summary>
    public bool Conditional => Method is "PUT" or "PATCH" or "DELETE" && Address.EndsWith("{type}", StringComparison.Ordinal);
}

public sealed record OperationRow(string Name, string Methods, string Address, string Definition);

/// <param name="Status">What the server answers to it.</param>
public sealed record ExampleRow(string Code, string Curl, int Status);

public sealed record RefusalRow(string Code, int Status, string Message);

public sealed record PersonRow(string Type, string Name, string System, string Value);
