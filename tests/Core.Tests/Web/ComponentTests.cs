using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Core.Tests.Web;

/// <summary>Each component is rendered and compared with its approved file; APPROVE=1 writes it anew, and a person looks at the diff.</summary>
public sealed class ComponentTests
{
    static readonly Agent Citizen = new(AgentKind.Citizen, "patient:abc", "Zoé LENOIR", null, null, null, 1, 2);

    public static TheoryData<string> Names => [.. Samples.Keys];

    static readonly Dictionary<string, Func<Render, Task<string>>> Samples = new()
    {
        ["TextField"] = r => r.InForm<TextField>(new() { ["Name"] = "lot", ["Label"] = "Numéro de lot", ["Hint"] = "Il est sur la boîte." }),
        ["TextFieldWrong"] = r => r.InForm<TextField>(new() { ["Name"] = "wrong", ["Label"] = "Numéro de lot", ["Optional"] = true }),
        ["TextArea"] = r => r.InForm<TextField>(new() { ["Name"] = "text", ["Label"] = "Message", ["Lines"] = 5, ["Value"] = "a<b" }),
        ["DateField"] = r => r.InForm<DateField>(new() { ["Name"] = "day", ["Label"] = "Date de naissance", ["Autocomplete"] = "off" }),
        ["SelectField"] = r => r.InForm<SelectField>(new() { ["Name"] = "sex", ["Label"] = "Sexe", ["Choices"] = Sexes, ["Value"] = "female" }),
        ["RadioField"] = r => r.InForm<RadioField>(new() { ["Name"] = "sex", ["Label"] = "Sexe", ["Choices"] = Sexes, ["Value"] = "male" }),
        ["CheckField"] = r => r.InForm<CheckField>(new() { ["Name"] = "agree", ["Label"] = "J’ai relu" }),
        ["FileField"] = r => r.InForm<FileField>(new() { ["Name"] = "file", ["Label"] = "Document", ["Accept"] = ".pdf" }),
        ["ErrorSummary"] = r => r.InForm<ErrorSummary>([]),
        ["SubmitButton"] = r => r.Html<SubmitButton>(new() { ["Text"] = "Déposer", ["Icon"] = "upload" }),
        ["Status"] = r => r.Html<Status>(new() { ["Text"] = "Le document est masqué." }),
        ["StatusEmpty"] = r => r.Html<Status>([]),
        ["Pager"] = r => r.Html<Pager>(new() { ["NextUrl"] = "/documents?page=abc", ["FirstUrl"] = "/documents" }),
        ["EmptyState"] = r => r.Html<EmptyState>(new() { ["Why"] = "Aucun document.", ["WhatToDo"] = "Ajoutez-en un." }),
        ["Card"] = r => r.Html<Card>(new() { ["Title"] = "Mes documents", ["Id"] = "docs", ["Url"] = "/documents", ["ChildContent"] = Text("Trois nouveaux.") }),
        ["Definitions"] = r => r.Html<Definitions>(new() { ["Items"] = new (string, string?)[] { ("Auteur", "Inès VAUBAN"), ("Service", null) } }),
        ["PatientBanner"] = r => r.Html<PatientBanner>(new()
        {
            ["Patient"] = new PatientIdentity("abcdef", "LENOIR", "MARTIN", "Zoé", "female", new(1992, 3, 4), null, "qualified")
        }),
        ["Timeline"] = r => r.Html<Timeline>(new()
        {
            ["Label"] = "Qui a consulté", ["NewText"] = "nouveau",
            ["Moments"] = new Moment[] { new("hier à 14 h 02", "Inès VAUBAN, infirmière", "Soins en cours", "/traces/1", "eye", true), new("3 mars 2026", "Vous") }
        }),
        ["Details"] = r => r.Html<Details>(new() { ["ChildContent"] = Text("Vous êtes son infirmière.") }),
        ["Note"] = r => r.Html<Note>(new() { ["Tone"] = "warning", ["ChildContent"] = Text("Vérifiez l’identité.") }),
        ["Badge"] = r => r.Html<Badge>(new() { ["Text"] = "non lu", ["Tone"] = "good" }),
        ["DataTable"] = r => r.Html<DataTable<string>>(new()
        {
            ["Caption"] = "Documents", ["Rows"] = new[] { "Biologie" }, ["Columns"] = new TableColumn[] { new("Titre", SortUrl: "/?s=t", Sorted: "ascending"), new("Taille", true) },
            ["Row"] = (RenderFragment<string>)(row => b =>
            {
                b.OpenComponent<RowHead>(0);
                b.AddAttribute(1, "ChildContent", Text(row));
                b.CloseComponent();
                b.OpenComponent<Cell>(2);
                b.AddAttribute(3, "At", 1);
                b.AddAttribute(4, "ChildContent", Text("1"));
                b.CloseComponent();
            })
        }),
        ["GetForm"] = r => r.Html<GetForm>(new() { ["Action"] = "/documents", ["Label"] = "Filtrer les documents", ["ChildContent"] = Text("…") }),
        ["PageLayout"] = r => r.Html<PageLayout>(new()
        {
            ["Title"] = "Mes documents", ["Lead"] = "Les plus récents d’abord.", ["Space"] = SpaceKind.Citizen, ["Path"] = new Step[] { new("Mon espace", "/mon-espace") },
            ["LiveUrl"] = "/events", ["ChildContent"] = Text("Contenu")
        })
    };

    static readonly Choice[] Sexes = [new("female", "Femme"), new("male", "Homme")];

    [Theory, MemberData(nameof(Names))]
    public async Task A_component_renders_as_approved(string name)
    {
        await using var render = new Render();
        Approved.Check(name, Approved.Stable(await Samples[name](render)));
    }

    [Fact]
    public void Every_component_has_a_sample()
    {
        string[] inside = ["FieldFrame", "HiddenField", "ButtonLink", "Icon", "PostForm", "RefusalView", "Field", "Cell", "RowHead"];
        var components = typeof(PageLayout).Assembly.GetTypes().Where(t => t.IsPublic && typeof(IComponent).IsAssignableFrom(t) && !t.IsAbstract)
            .Select(t => t.Name.Split('`')[0]).Except(inside).Where(n => !Samples.ContainsKey(n) && n != "_Imports");
        components.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task A_field_without_a_label_does_not_render(string label)
    {
        await using var render = new Render();
        await Should.ThrowAsync<InvalidOperationException>(() => render.InForm<TextField>(new() { ["Name"] = "x", ["Label"] = label }));
    }

    static RenderFragment Text(string text) => b => b.AddContent(0, text);

    sealed class Render : IAsyncDisposable
    {
        readonly ServiceProvider services;
        readonly HtmlRenderer renderer;

        public Render()
        {
            var options = new SocleOptions { DataFolder = "/", Clock = new FixedClock(), Chance = new SeededChance(1), Demo = true };
            var collection = new ServiceCollection().AddSingleton(options).AddSingleton(options.Clock).AddSingleton(options.Chance)
                .AddSingleton<WebSettings>().AddSingleton<HostNames>().AddSingleton<Memo>().AddScoped<PageContext>()
                .AddSingleton(new Assets([typeof(PageLayout).Assembly])).AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
                .AddSingleton(System.Text.Encodings.Web.HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All));
            services = collection.BuildServiceProvider();
            renderer = new(services, NullLoggerFactory.Instance);
        }

        public Task<string> Html<T>(Dictionary<string, object?> parameters) where T : IComponent => renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters))).ToHtmlString());

        public Task<string> InForm<T>(Dictionary<string, object?> parameters) where T : IComponent
        {
            var form = Form.With(("lot", "A \"12\""), ("wrong", "??"));
            form.Fail("wrong", "Ce lot n’existe pas.");
            return Html<CascadingValue<Form>>(new()
            {
                ["Value"] = form,
                ["ChildContent"] = (RenderFragment)(b =>
                {
                    b.OpenComponent<T>(0);
                    foreach (var (name, value) in parameters) b.AddComponentParameter(1, name, value);
                    b.CloseComponent();
                })
            });
        }

        public async ValueTask DisposeAsync()
        {
            await renderer.DisposeAsync();
            await services.DisposeAsync();
        }

        sealed class FixedClock : TimeProvider
        {
            public override DateTimeOffset GetUtcNow() => new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
        }
    }
}

static partial class Approved
{
    static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Approved");

    /// <summary>Without the hashes in asset addresses, so that a change of style is no change of markup.</summary>
    public static string Stable(string html) => Blanks().Replace(Hash().Replace(html, ".HASH."), "\n").Trim() + "\n";

    public static void Check(string name, string html)
    {
        var file = Path.Combine(Folder(), name + ".html");
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") File.WriteAllText(file, html);
        html.ShouldBe(File.Exists(file) ? File.ReadAllText(file) : "", $"the approved file {name}.html differs");
    }

    [System.Text.RegularExpressions.GeneratedRegex("\\.[0-9a-f]{16}\\.")]
    private static partial System.Text.RegularExpressions.Regex Hash();

    [System.Text.RegularExpressions.GeneratedRegex("\\s*\\n\\s*")]
    private static partial System.Text.RegularExpressions.Regex Blanks();
}
