using System.Collections.Frozen;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Access;

/// <summary>What a person adds to their own record is classed as theirs (class 90), so that nobody takes it for a professional's document.</summary>
sealed class CitizenDocumentRule : WriteRule
{
    // JDV_J57, DocumentReference.category
    const string DepositedByThePerson = "90";

    public override IReadOnlySet<string> Types { get; } = FrozenSet.Create("DocumentReference");

    public override ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        if (write.Scope.Agent.Kind == AgentKind.Citizen && write.Interaction == Interaction.Create && !IsTheirs(write.Body))
            throw AccessRefusals.OnlyOwnClass.With();
        return ValueTask.CompletedTask;
    }

    static bool IsTheirs(FhirDocument? body)
    {
        if (body is null) return false;
        var classes = 0;
        foreach (var category in body.Root.All("category"))
            foreach (var coding in category.All("coding"))
            {
                if (coding["code"].Text != DepositedByThePerson) return false;
                classes++;
            }
        return classes > 0;
    }
}
