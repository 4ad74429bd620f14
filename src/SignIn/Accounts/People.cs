using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;

namespace Socle.SignIn;

/// <summary>Somebody who was found, and how they are reached.</summary>
sealed record Reached(string AgentId, string Name, string? Mailbox, string? Phone);

/// <summary>Who is who, for opening an account: professionals by the directory, citizens by the identities and the number of their card.</summary>
sealed class People(IServiceProvider services, Practitioners practitioners, CardNumbers cards, Keys keys, TimeProvider clock)
{
    const int Majority = 16;

    static readonly Agent Program = new(AgentKind.Steward, "program:signin", "Ouverture d’un moyen de connexion", null, null, null, 0, 0);

    public async Task<Reached?> Find(Asked asked, CancellationToken stop) =>
        asked.Rpps is { } rpps ? await Professional(rpps, stop) : await Citizen(asked, stop);

    /// <summary>How the person of an account is reached, for notices.</summary>
    public async Task<Reached?> Of(Account account, CancellationToken stop)
    {
        if (account.Rpps is { } rpps) return await Professional(rpps, stop);
        var id = account.AgentId["patient:".Length..];
        return new(account.AgentId, account.Name, await Telecom(id, "email", stop), await Telecom(id, "phone", stop));
    }

    /// <summary>By the INS or RPPS that somebody shows to a registrar.</summary>
    public async Task<Reached?> Shown(string number, CancellationToken stop)
    {
        if (number.Length == 11) return await Professional(number, stop);
        return services.GetService<IdentitySearch>() is { } search && await search.LookUp(null, number, stop) is Found.One { Card: var card } && MayHaveOne(card)
            ? new("patient:" + card.Id, card.ShownName, null, null) : null;
    }

    /// <summary>Only what is the person's own: what stands on the entry of a place is read by others too.</summary>
    async Task<Reached?> Professional(string rpps, CancellationToken stop)
    {
        if (await practitioners.Facts(rpps, stop) is not { IsActive: true } facts) return null;
        return new("rpps:" + rpps, facts.Name, Own("email"), Own("phone"));

        string? Own(string kind) => facts.Contacts.FirstOrDefault(one => one.Kind == kind && one.IsPersonal)?.Value;
    }

    async Task<Reached?> Citizen(Asked asked, CancellationToken stop)
    {
        if (services.GetService<IdentitySearch>() is not { } search) return null;
        var traits = new Traits(asked.Family ?? "", asked.Given, asked.BirthDate);
        if (await search.LookUp(traits, stop) is not Found.One { Card: var card } || !MayHaveOne(card)) return null;
        if (await cards.Of(card.PatientKey, stop) is not { } number || number != asked.Card) return null;
        return new("patient:" + card.Id, card.ShownName, null, await Telecom(card.Id, "phone", stop) ?? await Telecom(card.Id, "sms", stop));
    }

    bool MayHaveOne(PatientCard card) => card.Age(DateOnly.FromDateTime(clock.GetUtcNow().Date)) >= Majority && keys.TryReadId(card.Id, out _, out _);

    async Task<string?> Telecom(string patient, string system, CancellationToken stop)
    {
        var scope = await services.GetRequiredService<AccessDesk>().Enter(Program, Purposes.Operation, stop);
        if (await services.GetRequiredService<RecordStore>().Read(scope, "Patient", patient, stop) is not { } stored) return null;
        using var document = FhirDocument.Parse(stored.Bytes);
        return document.Root.All("telecom").Where(one => one["system"].Text == system).Select(one => one["value"].Text).FirstOrDefault(value => value is not null);
    }
}
