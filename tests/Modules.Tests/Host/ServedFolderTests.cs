namespace Socle.Modules.Tests.Host;

/// <summary>While a server owns the folder, the other verbs go through its local socket.</summary>
public sealed class ServedFolderTests(RunningSocle socle) : IClassFixture<RunningSocle>
{
    [Fact]
    public async Task A_second_server_on_the_folder_is_refused_and_the_first_goes_on()
    {
        (await Said.By("serve", "--demo", "--urls", "http://localhost:0", "--data", socle.Data)).ShouldBeOneSentence(1, "déjà utilisé par un autre serveur");
        using var http = new HttpClient();
        (await http.GetAsync(new Uri(socle.Address, "/health/ready"))).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Status_says_where_the_server_is() =>
        (await Said.By("status", "--data", socle.Data)).ShouldSucceed().Output.ShouldContain($"en marche sur http://127.0.0.1:{socle.Address.Port}");

    [Fact]
    public async Task A_token_given_through_the_server_opens_its_API()
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", await socle.Token("--system", "labo"));
        (await http.GetAsync(new Uri(socle.Address, "/fhir/Organization?_count=1"))).IsSuccessStatusCode.ShouldBeTrue();
        (await Said.By("token", "--data", socle.Data)).ShouldBeOneSentence(1, "dites pour qui");
    }

    [Fact]
    public async Task The_audit_log_is_verified_while_it_grows() =>
        (await Said.By("audit", "verify", "--data", socle.Data)).ShouldSucceed().Output.ShouldContain("Journal intact");

    [Fact]
    public async Task Files_are_imported_from_where_the_terminal_is()
    {
        using var temporary = new TemporaryFolder();
        temporary.Write("a.json", """{"resourceType":"Organization","id":"served","name":"Cabinet"}""");
        temporary.Write("b.json", "{ cassé");
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, temporary.Path);
        var said = await Said.By("import", relative, "--data", socle.Data);
        said.ExitCode.ShouldBe(1);
        said.Output.ShouldContain("refusé : b.json");
        said.Output.ShouldContain("Fichiers versés : 1");
        (await Said.By("import", Path.Combine(relative, "a.json"), "--data", socle.Data)).ShouldSucceed().Output.ShouldContain("déjà là : 1");
    }

    [Fact]
    public void The_socket_is_for_its_user_only()
    {
        if (OperatingSystem.IsWindows()) return;
        File.GetUnixFileMode(Socle.Platform.DataFolder.SocketOf(socle.Data)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
