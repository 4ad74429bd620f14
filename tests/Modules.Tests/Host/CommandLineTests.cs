using System.Net;
using System.Net.Sockets;

namespace Socle.Modules.Tests.Host;

/// <summary>The verbs as a person types them, each in its own process: what is wrong is one sentence and a non-zero exit.</summary>
public sealed class CommandLineTests(StoppedFolder stopped) : IClassFixture<StoppedFolder>, IDisposable
{
    readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData("fabriquer", "« fabriquer »")]
    [InlineData("status --fabriquer", "« --fabriquer »")]
    [InlineData("status --data", "--data attend une valeur")]
    [InlineData("seed --patients beaucoup", "« beaucoup » ne convient pas à --patients")]
    [InlineData("import", "il manque : chemins")]
    [InlineData("audit", "il manque un verbe")]
    [InlineData("bench", "./socle bench")]
    [InlineData("test", "./socle test")]
    public async Task What_is_not_understood_is_said_with_the_word_that_is_wrong(string words, string part) =>
        (await Said.By(words.Split(' '))).ShouldBeOneSentence(2, part);

    [Fact]
    public async Task Help_names_every_verb_and_speaks_French()
    {
        var help = (await Said.By("--help")).ShouldSucceed().Output;
        foreach (var verb in new[] { "serve", "seed", "import", "audit", "token", "status", "bench", "test" }) help.ShouldContain($"\n  {verb} ");
        help.ShouldContain("Commandes");
        help.ShouldNotContain("Usage:\n");
        (await Said.By("import", "--help")).ShouldSucceed().Output.ShouldContain("--open-records");
    }

    [Theory]
    [InlineData("http://0.0.0.0:5999")]
    [InlineData("http://*:5999")]
    [InlineData("http://localhost:5999;http://192.0.2.1:5999")]
    public async Task Demonstration_is_refused_where_others_can_reach_it(string address)
    {
        (await Said.By("serve", "--demo", "--urls", address, "--data", temporary.At("d"))).ShouldBeOneSentence(1, "n’est pas une adresse locale");
        Directory.Exists(temporary.At("d")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("partout")]
    [InlineData("http://localhost:99999")]
    [InlineData("ftp://localhost:5999")]
    public async Task An_address_that_is_none_is_said(string address) =>
        (await Said.By("serve", "--urls", address, "--data", temporary.At("d"))).ShouldBeOneSentence(1, $"« {address} » n’est pas une adresse d’écoute");

    [Fact]
    public async Task A_port_in_use_is_said()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://localhost:{((IPEndPoint)other.LocalEndpoint).Port}";
        (await Said.By("serve", "--demo", "--urls", address, "--data", stopped.Data)).ShouldBeOneSentence(1, "déjà prise", "--urls");
    }

    [Fact]
    public async Task A_folder_that_is_not_there_or_is_something_else_is_said_and_left_alone()
    {
        var absent = temporary.At("absent");
        (await Said.By("status", "--data", absent)).ShouldBeOneSentence(1, absent, "n’existe pas");
        (await Said.By("token", "--system", "labo", "--data", absent)).ShouldBeOneSentence(1, "n’existe pas");
        (await Said.By("audit", "verify", "--data", absent)).ShouldBeOneSentence(1, "n’existe pas");
        Directory.Exists(absent).ShouldBeFalse();
        var photos = Path.GetDirectoryName(temporary.Write("photos/chat.txt", "miaou"))!;
        (await Said.By("status", "--data", photos)).ShouldBeOneSentence(1, "n’est pas un dossier de données");
        Directory.GetFileSystemEntries(photos).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_database_that_does_not_answer_and_one_that_cannot_be_read_are_said_without_the_password()
    {
        // Ours, and nobody listens: whoever calls is refused, and nobody else can take it.
        using var port = new Socket(SocketType.Stream, ProtocolType.Tcp);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var silent = $"Host=127.0.0.1;Port={((IPEndPoint)port.LocalEndPoint!).Port};Username=u;Password=trombone;Timeout=3";
        var said = await Said.By("serve", "--db", silent, "--urls", "http://localhost:0", "--data", temporary.At("d"));
        said.ShouldBeOneSentence(1, "PostgreSQL");
        said.Errors.ShouldNotContain("trombone");
        var unread = await Said.By("status", "--db", "Pasword=trombone", "--data", stopped.Data);
        unread.ShouldBeOneSentence(1, "chaîne de connexion");
        unread.Errors.ShouldNotContain("trombone");
        (await Said.By("status", "--db", "Host=nulle-part.invalid;Timeout=3", "--data", stopped.Data)).ShouldBeOneSentence(1);
    }

    [Theory]
    [InlineData("""{ "Wep": {} }""", "« Wep »")]
    [InlineData("""{ "Web": { "Hots": "x" } }""", "« Web:Hots »")]
    [InlineData("""{ "Web": """, "JSON")]
    public async Task A_settings_file_that_is_wrong_stops_the_start(string settings, string part)
    {
        temporary.Write("d/socle.json", settings);
        (await Said.By("serve", "--urls", "http://localhost:0", "--data", temporary.At("d"))).ShouldBeOneSentence(1, "socle.json", part);
    }

    [Fact]
    public async Task A_folder_of_real_data_gives_no_token_takes_no_invented_person_and_is_never_a_demonstration()
    {
        var real = temporary.At("real");
        var file = temporary.Write("in/organization.json", """{"resourceType":"Organization","id":"o1","name":"Cabinet des Tilleuls"}""");
        (await Said.By("import", file, "--data", real)).ShouldSucceed().Output.ShouldContain("versés : 1");
        (await Said.By("token", "--system", "labo", "--data", real)).ShouldBeOneSentence(1, "démonstration");
        (await Said.By("seed", "--patients", "2", "--data", real)).ShouldBeOneSentence(1, "démonstration");
        (await Said.By("serve", "--demo", "--urls", "http://localhost:0", "--data", real)).ShouldBeOneSentence(1, "vraies données");
        (await Said.By("status", "--data", real)).ShouldSucceed().Output.ShouldNotContain("(démonstration)");
    }

    [Fact]
    public async Task A_token_is_the_last_line_and_its_person_is_named_beside()
    {
        var said = (await Said.By("token", "--system", "labo", "--data", stopped.Data)).ShouldSucceed();
        said.Output.Trim().Split('.').Length.ShouldBe(3);
        said.Output.Trim().ShouldNotContain("\n");
        said.Errors.ShouldContain("system/*.cruds");
        (await Said.By("token", "--data", stopped.Data)).ShouldBeOneSentence(1, "dites pour qui");
        (await Said.By("token", "--system", "a", "--citizen", "b", "--data", stopped.Data)).ShouldBeOneSentence(1, "un seul des trois");
        (await Said.By("token", "--professional", "12345678901", "--data", stopped.Data)).ShouldBeOneSentence(1, "12345678901");
    }

    [Fact]
    public async Task Status_says_what_the_folder_holds()
    {
        var text = (await Said.By("status", "--data", stopped.Data)).ShouldSucceed().Output;
        text.ShouldContain(stopped.Data);
        text.ShouldContain("(démonstration)");
        text.ShouldContain("Serveur : arrêté");
        text.ShouldMatch(@"Patient +2\b");
    }

    [Fact]
    public async Task An_import_names_what_it_refuses_and_ends_with_its_count()
    {
        var good = temporary.Write("in/a.json", """{"resourceType":"Organization","id":"o1","name":"Cabinet"}""");
        temporary.Write("in/b.json", "{ cassé");
        var folder = Path.GetDirectoryName(good)!;
        var said = await Said.By("import", folder, temporary.At("absent.json"), "--data", temporary.At("d"));
        said.ExitCode.ShouldBe(1);
        said.Output.Trim().Split('\n')[^1].ShouldBe("Fichiers versés : 1, déjà là : 0, ignorés : 0, refusés : 2. Ressources ajoutées : 1, dont en quarantaine : 0.");
        said.Output.ShouldContain("refusé : b.json");
        said.Output.ShouldContain("refusé : absent.json");
        var json = (await Said.By("import", good, "--json", "--data", temporary.At("d"))).ShouldSucceed().Output.Trim();
        json.ShouldStartWith("{\"file\":");
        json.ShouldContain("\"state\":\"unchanged\"");
    }
}
