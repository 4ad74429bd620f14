using System.Collections.Concurrent;

namespace Socle.Fhir;

/// <summary>Elements that R4 defines by another one (Questionnaire.item.item is as Questionnaire.item): what a profile says of that holds for
/// them too.</summary>
static class ContentReferences
{
    static readonly ConcurrentDictionary<TypeDefinition, (string Name, string Target)[]> Known = new();

    public static (string Name, string Target)[] Of(TypeDefinition type) =>
        type.Kind is TypeKind.Backbone or TypeKind.Resource ? Known.GetOrAdd(type, Find) : [];

    static (string, string)[] Find(TypeDefinition type) =>
    [
        .. type.Elements.Where(e => e.Types is [var one] && TypeTable.Instance.Find(one.Type) is { Kind: TypeKind.Backbone } target && target.Name != $"{type.Name}.{e.Name}")
            .Select(e => (e.Name, e.Types[0].Type))
    ];
}
