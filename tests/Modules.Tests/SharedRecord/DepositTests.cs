using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Cda;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.SharedRecord;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.SharedRecord;

public class DepositTests
{
    static DemoPatient Demo(PatientCard card, NewPatient patient) => new(card.PatientKey, card.Id, patient.Ins!, patient.BirthName, null, patient.GivenNames,
        card.BirthDay!.Value, patient.Sex, patient.BirthPlaceCode!);

    static readonly DemoActor Biologist = Population.Actors.First(actor => actor.Key == "biologiste");

    static byte[] Report(DemoPatient patient, long number, string? version = null, string? replaces = null)
    {
        var bytes = DemoReport.Write(patient, Biologist, new(2026, 11, 20, 9, 0, 0, TimeSpan.FromHours(1)), number, [new("3016-3", "TSH", 2.1m, "mUI/L", 0.4m, 4m)]);
        var text = Encoding.UTF8.GetString(bytes);
        if (version is not null)
            text = text.Replace($"<setId root=\"1.2.250.1.213.99.5080.1.{number}\" />", "<setId root=\"1.2.250.1.213.99.5080.1.7\" />", StringComparison.Ordinal)
                .Replace("<versionNumber value=\"1\" />", $"<versionNumber value=\"{version}\" />", StringComparison.Ordinal);
        if (replaces is not null)
            text = text.Replace("<documentationOf>", $"<relatedDocument typeCode=\"RPLC\"><parentDocument><id root=\"{replaces}\"/></parentDocument></relatedDocument><documentationOf>", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }

    static Task<DocumentCard> Deposit(RecordWorld world, Scope scope, PatientCard card, byte[] bytes, DepositForm? form = null) =>
        world.Documents.Deposit(scope, card.Id, new MemoryStream(bytes), form ?? new("Un titre", null, null), default);

    [Theory, OnEachDatabase]
    public async Task A_report_is_filed_read_once_in_the_viewer_and_no_longer_unread(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var jeanne = await world.AddPatient(Sample.Jeanne);
        var bytes = Report(Demo(jeanne, Sample.Jeanne), 1);
        var steward = await world.Enter(RecordWorld.Steward);
        var filed = await Deposit(world, steward, jeanne, bytes);
        filed.ClassCode.ShouldBe("10");
        filed.KindWord.ShouldBe("CDA");
        (await Deposit(world, steward, jeanne, bytes)).Id.ShouldBe(filed.Id);   // the same uniqueId and bytes: one document

        var citizen = await world.Enter(world.Citizen(jeanne));
        var listed = (await world.Documents.OfPatient(citizen, jeanne.Id, null, default)).ShouldHaveSingleItem();
        listed.Unread.ShouldBeTrue();
        listed.Author.ShouldContain("PÉLISSIER");
        var view = await world.Documents.Open(citizen, listed.Id, default);
        (await world.Documents.OfPatient(citizen, jeanne.Id, null, default)).ShouldHaveSingleItem().Unread.ShouldBeFalse();

        var page = await Show(world, view.ViewPath);
        page.ShouldContain("TSH");
        page.ShouldContain("LEFEVRE");
        (await Should.ThrowAsync<Refusal>(() => Show(world, view.ViewPath))).Code.ShouldBe("document-view-expired");
        world.Database.Clock.Move(TimeSpan.FromSeconds(61));
        (await Should.ThrowAsync<Refusal>(() => Show(world, view.DownloadPath))).Code.ShouldBe("document-view-expired");
        var trail = await world.Database.Audit.OfPatient(jeanne.PatientKey, null, 20, default);
        trail.ShouldContain(line => line.Entry.Action == "read" && line.Entry.Label == "Compte rendu d’examens biologiques");
    }

    [Theory, OnEachDatabase]
    public async Task Bytes_come_back_as_they_went_in_and_hash_and_size_are_theirs(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var jeanne = await world.AddPatient(Sample.Jeanne);
        var bytes = Report(Demo(jeanne, Sample.Jeanne), 1);
        var scope = await world.Enter(RecordWorld.Steward);
        var card = await Deposit(world, scope, jeanne, bytes);
        var stored = (await world.Store.Read(scope, "DocumentReference", card.Id, default))!;
        using var document = FhirDocument.Parse(stored.Bytes);
        var attachment = document.Root["content"]["attachment"];
        attachment["hash"].Text.ShouldBe(Convert.ToBase64String(DocumentBytes.Sha1(bytes)));
        attachment["size"].Text.ShouldBe(bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await using var content = (await world.Store.OpenBinary(scope, attachment["url"].Text!["Binary/".Length..], default))!;
        using var back = new MemoryStream();
        await content.CopyToAsync(back);
        back.ToArray().ShouldBe(bytes);
    }

    [Theory, OnEachDatabase]
    public async Task What_contradicts_is_refused_and_nothing_is_half_written(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var (jeanne, loic) = (await world.AddPatient(Sample.Jeanne), await world.AddPatient(Sample.Loic));
        var scope = await world.Enter(RecordWorld.Steward);
        var report = Report(Demo(jeanne, Sample.Jeanne), 1);
        await Refuses("document-other-patient", () => Deposit(world, scope, loic, report));
        await Deposit(world, scope, jeanne, report);
        var other = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(report).Replace("2.1", "9.9", StringComparison.Ordinal));
        await Refuses("document-unique-id", () => Deposit(world, scope, jeanne, other));
        await Refuses("file-kind", () => Deposit(world, scope, jeanne, [.. "PK\u0003\u0004"u8]));
        await Refuses("file-empty", () => Deposit(world, scope, jeanne, []));
        await Refuses("file-too-large", () => world.Documents.Deposit(scope, jeanne.Id, new Endless(), new("Trop", null, null), default));
        (await world.Documents.OfPatient(scope, jeanne.Id, null, default)).Count.ShouldBe(1);
        (await world.Documents.OfPatient(scope, loic.Id, null, default)).ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task A_replacement_supersedes_and_versions_come_in_order(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var jeanne = await world.AddPatient(Sample.Jeanne);
        var demo = Demo(jeanne, Sample.Jeanne);
        var scope = await world.Enter(RecordWorld.Steward);
        await Deposit(world, scope, jeanne, Report(demo, 1, version: "1"));
        await Refuses("document-version-order", () => Deposit(world, scope, jeanne, Report(demo, 3, version: "3")));
        var second = await Deposit(world, scope, jeanne, Report(demo, 2, version: "2", replaces: "1.2.250.1.213.99.5080.1"));
        (await world.Documents.OfPatient(scope, jeanne.Id, null, default)).ShouldHaveSingleItem().Id.ShouldBe(second.Id);
        (await world.Documents.OfPatient(scope, jeanne.Id, new(Superseded: true), default)).Count.ShouldBe(2);
        await Refuses("document-replaced-not-current", () => Deposit(world, scope, jeanne, Report(demo, 4, replaces: "1.2.250.1.213.99.5080.1")));
        await Refuses("document-version-order", () => Deposit(world, scope, jeanne, Report(demo, 5, version: "1")));
    }

    [Theory, OnEachDatabase]
    public async Task A_document_of_another_record_is_not_replaced(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var (jeanne, loic) = (await world.AddPatient(Sample.Jeanne), await world.AddPatient(Sample.Loic));
        var scope = await world.Enter(RecordWorld.Steward);
        await Deposit(world, scope, jeanne, Report(Demo(jeanne, Sample.Jeanne), 1));
        await Refuses("document-replaced-unknown", () => Deposit(world, scope, loic, Report(Demo(loic, Sample.Loic), 2, replaces: "1.2.250.1.213.99.5080.1")));
    }

    [Theory, OnEachDatabase]
    public async Task A_citizens_file_is_of_class_90_and_only_they_delete_it(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var jeanne = await world.AddPatient(Sample.Jeanne);
        var citizen = await world.Enter(world.Citizen(jeanne));
        var form = new DepositForm(null, null, null, "Été à l’hôpital.pdf", "form-1");
        var card = await Deposit(world, citizen, jeanne, DemoPdf.Write("Note", ["ligne"]), form);
        card.Title.ShouldBe("Été à l’hôpital");
        card.ClassCode.ShouldBe("90");
        (await Deposit(world, citizen, jeanne, DemoPdf.Write("Note", ["ligne"]), form)).Id.ShouldBe(card.Id);   // a double click

        var steward = await world.Enter(RecordWorld.Steward);
        await Refuses("document-not-yours", () => world.Documents.Delete(steward, card.Id, default));
        await world.Documents.Delete(citizen, card.Id, default);
        (await world.Documents.OfPatient(citizen, jeanne.Id, new(Superseded: true), default)).ShouldBeEmpty();
    }

    static async Task Refuses(string code, Func<Task> act) => (await Should.ThrowAsync<Refusal>(act)).Code.ShouldBe(code);

    static async Task<string> Show(RecordWorld world, string path)
    {
        var http = new DefaultHttpContext { RequestServices = new NoServices() };
        using var body = new MemoryStream();
        http.Response.Body = body;
        var result = await ViewDocument.Handle(path["/d/".Length..], http, world.Get<ViewTickets>(), world.Database.Blobs, world.Database.Audit, world.Database.Db,
            world.Database.Clock, default);
        await result.ExecuteAsync(http);
        return Encoding.UTF8.GetString(body.ToArray());
    }

    sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type type) => type == typeof(Microsoft.Extensions.Logging.ILoggerFactory) ? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance : null;
    }

    // 51 MiB and more, made as it is read.
    sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop = default)
        {
            buffer.Span.Fill((byte)'a');
            return new(buffer.Length);
        }
    }
}
