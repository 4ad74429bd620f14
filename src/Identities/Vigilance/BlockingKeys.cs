namespace Socle.Identities;

/// <summary>
/// By what a person is found again who was written a little differently. A person stands under a few narrow keys; who looks for them
/// looks under these and under what they would be with the usual mistakes. Pure; the store hashes them.
/// </summary>
static class BlockingKeys
{
    /// <summary>What a person stands under.</summary>
    public static HashSet<string> Of(MatchTraits person)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in Names(person)) Add(keys, name, person.First, person.BirthDate);
        if (person.UsedFirst.Length > 0 && person.UsedFirst != person.First && person.BirthDate.Length == 10) keys.Add(FirstAndDate(person.UsedFirst, person.BirthDate));
        return keys;
    }

    /// <summary>What a person is looked for under.</summary>
    public static HashSet<string> ToFind(MatchTraits person)
    {
        var keys = Of(person);
        var names = Names(person).ToList();
        // Day and month, name and first name the other way round.
        if (person.BirthDate.Length == 10)
        {
            var other = $"{person.BirthDate[..5]}{person.BirthDate[8..]}-{person.BirthDate[5..7]}";
            foreach (var name in names) keys.Add(NameAndDate(name, other));
            if (person.First.Length > 0) keys.Add(NameAndDate(person.First, person.BirthDate));
        }
        // Other given names in the first place: « Jean Marie » is looked for as Marie too.
        foreach (var given in person.FirstNames.Split(' ').Skip(1).Where(given => given.Length > 1))
            if (person.BirthDate.Length == 10) keys.Add(FirstAndDate(given, person.BirthDate));
        return keys;
    }

    static IEnumerable<string> Names(MatchTraits person)
    {
        if (person.BirthName.Length > 0) yield return person.BirthName;
        if (person.UsedName.Length > 0 && person.UsedName != person.BirthName) yield return person.UsedName;
        foreach (var former in person.FormerNames) yield return former;
    }

    static void Add(HashSet<string> keys, string name, string first, string date)
    {
        if (date.Length == 10)
        {
            keys.Add(NameAndDate(name, date));
            if (first.Length > 0)
            {
                keys.Add(FirstAndDate(first, date));
                keys.Add($"m|{name}|{first}|{date[5..]}");   // another year
            }
        }
        if (date.Length >= 4 && first.Length > 0) keys.Add($"s|{Closeness.Sound(name)}|{Closeness.Sound(first)}|{date[..4]}");
    }

    static string NameAndDate(string name, string date) => $"n|{name}|{date}";

    static string FirstAndDate(string first, string date) => $"f|{first}|{date}";
}
