using Socle.Platform;

namespace Socle.Directories;

/// <summary>One candidate of a search, as the index holds it.</summary>
readonly record struct OfferRow(long Number, long Service, long Place, long Structure, int Latitude, int Longitude, OfferFeatures Features, long Hours, int Zone)
{
    public Spot Spot => new(Latitude / 1e6, Longitude / 1e6);
}

/// <summary>One indicator of beds where a service is.</summary>
readonly record struct BedRow(long Service, long Place, long Structure, Spot Spot, string Nature, string Status, string Temporality, int Beds, DateTimeOffset Updated);

/// <summary>What a service or a situation of practice says of itself.</summary>
sealed record OfferFacts(IReadOnlyList<string> Specialties, IReadOnlyList<long> Services, IReadOnlyList<long> Places, long Structure, OfferFeatures Features, OpeningHours Hours);

/// <summary>All SQL of the offer. The rows of the search are made by the database from those of the resources, in whatever order they come.</summary>
sealed class OfferStore(Db db)
{
    static readonly Sql Make = $"""
        insert into directories_offer (number, specialty, service, place, structure, cell, latitude, longitude, features, hours, zone)
        select l.number, l.specialty, l.service, p.number, l.structure, p.cell, p.latitude, p.longitude,
            l.features | p.features | coalesce(s.features, 0) | coalesce(o.features, 0),
            case when l.hours <> 0 then l.hours else coalesce(s.hours, 0) end, p.zone
        from directories_offer_link l
        join directories_offer_at a on a.number = l.located
        join directories_offer_place p on p.number = a.place
        left join directories_offer_service s on s.number = l.service
        left join directories_offer_structure o on o.number = l.structure
        """;

    public Task<List<OfferRow>> Candidates(string[] specialties, long[] cells, OfferFeatures wanted, CancellationToken stop)
    {
        var features = (long)wanted;
        return db.Query($"""
            select number, service, place, structure, latitude, longitude, features, hours, zone
            from directories_offer
            where specialty in {specialties} and cell in {cells} and (features & {features}) = {features}
            """, row => new OfferRow(row.Long(0), row.Long(1), row.Long(2), row.Long(3), row.Int(4), row.Int(5), (OfferFeatures)row.Long(6), row.Long(7), row.Int(8)), stop);
    }

    public Task<List<(long Id, string Text)>> Hours(long[] ids, CancellationToken stop) =>
        db.Query($"select id, hours from directories_offer_hours where id in {ids}", row => (row.Long(0), row.Text(1)), stop);

    /// <summary>Units with beds, near a point: one row for each indicator of each service there.</summary>
    public Task<List<BedRow>> Beds(string[]? specialties, long[] cells, CancellationToken stop)
    {
        var kind = Sql.Empty;
        if (specialties is not null) kind.Add($" and o.specialty in {specialties}");
        return db.Query($"""
            select distinct o.service, o.place, o.structure, o.latitude, o.longitude, b.position, b.nature, b.status, b.temporality, b.beds, b.updated
            from directories_offer o join directories_offer_beds b on b.place = o.place
            where o.number = o.service and o.cell in {cells}{kind}
            order by o.place, o.service, b.position
            """, row => new BedRow(row.Long(0), row.Long(1), row.Long(2), new(row.Long(3) / 1e6, row.Long(4) / 1e6),
                row.Text(6), row.Text(7), row.Text(8), row.Int(9), DateTimeOffset.UnixEpoch.AddTicks(row.Long(10) * 10)), stop);
    }

    public static void SaveBeds(Unit unit, long place, IReadOnlyList<Capacity> capacities, bool isNew)
    {
        if (!isNew) unit.Add($"delete from directories_offer_beds where place = {place}");
        foreach (var (position, capacity) in capacities.Index())
        {
            var (nature, status, temporality) = (capacity.Codes.GetValueOrDefault("capacityType", ""), capacity.Status, capacity.Codes.GetValueOrDefault("temporalityCapacity", ""));
            var (beds, updated) = ((long)capacity.Count, (capacity.Updated - DateTimeOffset.UnixEpoch).Ticks / 10);
            unit.Add($"""
                insert into directories_offer_beds (place, position, nature, status, temporality, beds, updated)
                values ({place}, {(long)position}, {nature}, {status}, {temporality}, {beds}, {updated})
                """);
        }
    }

    public static void SavePlace(Unit unit, long number, Spot spot, OfferFeatures features, int zone)
    {
        var (latitude, longitude, cell, flags) = (Micro(spot.Latitude), Micro(spot.Longitude), Grid.CellOf(spot), (long)features);
        unit.Add($"""
            insert into directories_offer_place (number, latitude, longitude, cell, features, zone)
            values ({number}, {latitude}, {longitude}, {cell}, {flags}, {(long)zone})
            on conflict (number) do update set latitude = excluded.latitude, longitude = excluded.longitude, cell = excluded.cell,
                features = excluded.features, zone = excluded.zone
            """);
        unit.Add($"delete from directories_offer where place = {number}");
        unit.Add($"{Make} where p.number = {number} on conflict do nothing");
    }

    public static void RemovePlace(Unit unit, long number)
    {
        unit.Add($"delete from directories_offer_place where number = {number}");
        unit.Add($"delete from directories_offer where place = {number}");
    }

    public static void SaveStructure(Unit unit, long number, OfferFeatures features)
    {
        var flags = (long)features;
        unit.Add($"delete from directories_offer_structure where number = {number}");
        if (features != OfferFeatures.None) unit.Add($"insert into directories_offer_structure (number, features) values ({number}, {flags})");
        unit.Add($"delete from directories_offer where structure = {number}");
        unit.Add($"{Make} where l.structure = {number} on conflict do nothing");
    }

    /// <summary>A service: its own rows, and those of the situations that practise in it.</summary>
    public static void SaveService(Unit unit, long number, OfferFacts facts, bool isNew)
    {
        Clear(unit, number, isNew);
        var (flags, hours) = ((long)facts.Features, SaveHours(unit, facts.Hours));
        unit.Add($"""
            insert into directories_offer_service (number, features, hours) values ({number}, {flags}, {hours})
            on conflict (number) do update set features = excluded.features, hours = excluded.hours
            """);
        Link(unit, number, facts with { Services = [number] }, number, 0, 0);
        if (!isNew) unit.Add($"delete from directories_offer where service = {number}");
        unit.Add($"{Make} where l.service = {number} on conflict do nothing");
    }

    public static void SaveRole(Unit unit, long number, OfferFacts facts, bool isNew)
    {
        Clear(unit, number, isNew);
        Link(unit, number, facts, facts.Places.Count > 0 ? number : 0, (long)facts.Features, SaveHours(unit, facts.Hours));
        unit.Add($"{Make} where l.number = {number} on conflict do nothing");
    }

    public static void RemoveOffer(Unit unit, long number)
    {
        Clear(unit, number, isNew: false);
        unit.Add($"delete from directories_offer_service where number = {number}");
        unit.Add($"delete from directories_offer where service = {number}");
        unit.Add($"{Make} where l.service = {number} on conflict do nothing");   // situations with places of their own stay
    }

    static void Clear(Unit unit, long number, bool isNew)
    {
        if (isNew) return;
        unit.Add($"delete from directories_offer_at where number = {number}");
        unit.Add($"delete from directories_offer_link where number = {number}");
        unit.Add($"delete from directories_offer where number = {number}");
    }

    static void Link(Unit unit, long number, OfferFacts facts, long located, long features, long hours)
    {
        foreach (var place in facts.Places.Distinct())
            unit.Add($"insert into directories_offer_at (number, place) values ({number}, {place}) on conflict do nothing");
        foreach (var specialty in facts.Specialties.Distinct())
            foreach (var service in facts.Services.DefaultIfEmpty(0).Distinct())
            {
                var at = located == 0 ? service : located;
                var structure = facts.Structure;
                unit.Add($"""
                    insert into directories_offer_link (number, specialty, service, located, structure, features, hours)
                    values ({number}, {specialty}, {service}, {at}, {structure}, {features}, {hours}) on conflict do nothing
                    """);
            }
    }

    static long SaveHours(Unit unit, OpeningHours hours)
    {
        if (!hours.IsKnown) return 0;
        var text = hours.Write();
        var id = HoursId(text);
        unit.Add($"insert into directories_offer_hours (id, hours) values ({id}, {text}) on conflict do nothing");
        return id;
    }

    internal static long HoursId(string text) =>
        System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    static long Micro(double degrees) => (long)Math.Round(degrees * 1e6);
}
