using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Socle.Platform.Web;

namespace Socle.Modules.Tests.SignIn;

/// <summary>A page with one form, written without Razor: this project compiles no page.</summary>
public sealed class FormPage : ComponentBase
{
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenComponent<PageLayout>(0);
        builder.AddComponentParameter(1, nameof(PageLayout.Title), "Une page");
        builder.AddComponentParameter(2, nameof(PageLayout.ChildContent), (RenderFragment)(inside =>
        {
            inside.OpenComponent<PostForm>(0);
            inside.AddComponentParameter(1, nameof(PostForm.Action), "/inside");
            inside.AddComponentParameter(2, nameof(PostForm.ChildContent), (RenderFragment)(fields =>
            {
                fields.OpenComponent<TextField>(0);
                fields.AddComponentParameter(1, nameof(TextField.Name), "text");
                fields.AddComponentParameter(2, nameof(TextField.Label), "Texte");
                fields.CloseComponent();
            }));
            inside.CloseComponent();
        }));
        builder.CloseComponent();
    }
}
