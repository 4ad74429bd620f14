using Microsoft.AspNetCore.Components;

namespace Socle.Platform.Web;

/// <summary>What every field has: a label that cannot be left out, a hint, what was typed and what is wrong.</summary>
public abstract class Field : ComponentBase
{
    [CascadingParameter] public Form? Form { get; set; }

    [Parameter, EditorRequired] public string Name { get; set; } = "";

    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>Said under the label.</summary>
    [Parameter] public string? Hint { get; set; }

    /// <summary>Optional fields say so beside their label; the others must be filled in.</summary>
    [Parameter] public bool Optional { get; set; }

    /// <summary>Shown when nothing was typed yet.</summary>
    [Parameter] public string? Value { get; set; }

    protected string Id => "f-" + Name;

    protected string? Error => Form?.ErrorOf(Name);

    protected string Typed => Form is not null && Form.AllTyped(Name).Count > 0 ? Form.Typed(Name) : Value ?? "";

    /// <summary>The ids of hint and error, as aria-describedby wants them.</summary>
    protected string? DescribedBy
    {
        get
        {
            var ids = string.Join(' ', new[] { ShownHint is null ? null : Id + "-hint", Error is null ? null : Id + "-error" }.OfType<string>());
            return ids.Length == 0 ? null : ids;
        }
    }

    protected virtual string? ShownHint => Hint;

    protected override void OnParametersSet()
    {
        if (string.IsNullOrWhiteSpace(Label) || string.IsNullOrWhiteSpace(Name))
            throw new InvalidOperationException($"The field {Name} ({GetType().Name}) has no label or no name.");
    }
}
