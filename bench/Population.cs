using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Socle.Fhir;

namespace Socle.Bench;

/// <summary>Invented people and measures, the same on each run, loaded through the API like any vendor's data.</summary>
/// <param name="bundle">Entries of a transaction while loading.</param>
sealed class Population(Load load, int bundle)
{
    static readonly string[] Families = ["DUPONT", "LEFÈVRE", "NGUYEN", "MARTIN", "ÖZTÜRK", "LE GOFF", "D'ALMEIDA", "SANTINI"];
    static readonly string[] Given = ["Zoé", "Léa", "Noël", "Aïcha", "Jean-Pierre", "Maëlys", "Ugo", "Inès"];
    // Four measures a person, so that a page of twenty of one of them is full from 80 observations a person on.
    static readonly string[] Codes = ["8867-4", "8480-6", "8462-4", "29463-7"];

    const int MostIds = 500_000;

    bool registered;
    public string[] PatientIds { get; private set; } = [];
    public List<string> ObservationIds { get; } = [];

    /// <summary>What <see cref="Write"/> wrote: whether the register of identities was filled, then ids.</summary>
    public static Population Read(Load load, int bundle, string file)
    {
        var lines = File.ReadAllLines(file);
        var patients = int.Parse(lines[1], CultureInfo.InvariantCulture);
        var people = new Population(load, bundle) { registered = lines[0] == "registered", PatientIds = lines[2..(2 + patients)] };
        people.ObservationIds.AddRange(lines[(2 + patients)..]);
        return people;
    }

    public void Write(string file) => File.WriteAllLines(file,
        [registered ? "registered" : "", PatientIds.Length.ToString(CultureInfo.InvariantCulture), .. PatientIds, .. ObservationIds]);

    public static string Identifier(int patient) => $"bench-{patient:D7}";
    
    /// <summary>Nobody's name is the beginning of another's: a search finds one person, however many there are.</summary>
    public static string Name(int patient) => Families[patient % 8] + string.Create(5, patient / 8, static (letters, number) =>
    {
        for (var i = letters.Length - 1; i >= 0; i--, number /= 26) letters[i] = (char)('A' + number % 26);
    });

    public static string BirthDate(int patient) => $"{1930 + patient % 90:D4}-{1 + patient % 12:D2}-{1 + patient % 28:D2}";
    public static string Code(long number) => Codes[number % Codes.Length];

    /// <summary>Adds people until there are so many.</summary>
    public void LoadPeople(int to)
    {
        var from = PatientIds.Length;
        var ids = PatientIds;
        Array.Resize(ref ids, to);
        PatientIds = ids;
        InParallel(to - from, (post, start, count) =>
            Transaction(post, Enumerable.Range(from + start, count).Select(p => ("Patient", Patient(p)))).CopyTo(PatientIds, from + start));
    }

    /// <summary>Adds observations of the people from <paramref name="first"/> on, as they come in: now of one, now of another.</summary>
    public void LoadObservations(int first, int total)
    {
        var people = PatientIds.Length - first;
        InParallel(total, (post, start, count) =>
        {
            var ids = Transaction(post, Enumerable.Range(start, count).Select(o => ("Observation", Observation(PatientIds[first + o % people], o, o / people))));
            lock (ObservationIds)
                if (ObservationIds.Count < MostIds) ObservationIds.AddRange(ids);
        });
    }

    public void LoadDocuments(int first, int to) => InParallel(to - first, (post, start, count) =>
    {
        for (var p = first + start; p < first + start + count; p++)
        {
            var (status, body) = post("/fhir/DocumentReference", Document(PatientIds[p], p));
            if (status != 201) throw new InvalidOperationException($"A document was refused ({status}): {Encoding.UTF8.GetString(body)}");
        }
    });

    void InParallel(int total, Action<Func<string, byte[], (int, byte[])>, int, int> part)
    {
        var next = -1;
        Exception? failure = null;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            using var connection = load.NewConnection();
            (int, byte[]) Post(string path, byte[] body) => (connection.Post(path, body), connection.Body.ToArray());
            try
            {
                for (long number; (number = Interlocked.Increment(ref next)) * bundle < total;)
                    part(Post, (int)number * bundle, (int)Math.Min(bundle, total - number * bundle));
            }
            catch (Exception error)
            {
                failure = error;
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (failure is not null) throw new InvalidOperationException("The load failed.", failure);
    }

    /// <summary>Ids of the professionals of the directory.</summary>
    public string[] Professionals { get; private set; } = [];

    public void LoadProfessionals(int count)
    {
        Professionals = new string[count];
        InParallel(count, (post, start, many) =>
            Transaction(post, Enumerable.Range(start, many).Select(p => ("Practitioner", Professional(p)))).CopyTo(Professionals, start));
    }

    public static string Rpps(int professional) => $"99999{professional:D6}";

    public static string Mailbox(int professional) => $"praticien.{professional:D6}@essai.mssante.fr";

    static byte[] Professional(int p) => Encoding.UTF8.GetBytes($$$"""
        {"resourceType":"Practitioner","active":true,"identifier":[{"use":"official","type":{"coding":[{"system":"https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203","code":"IDNPS"}]},"system":"urn:oid:1.2.250.1.71.4.2.1","value":"8{{{Rpps(p)}}}"},{"use":"official","type":{"coding":[{"system":"https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203","code":"RPPS"}]},"system":"https://rpps.esante.gouv.fr","value":"{{{Rpps(p)}}}"}],"name":[{"use":"official","family":"{{{Name(p)}}}","given":["{{{Given[p % 8]}}}"],"prefix":["MME"],"suffix":["DR"]}],"telecom":[{"system":"email","value":"{{{Mailbox(p)}}}","extension":[{"url":"https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata","extension":[{"url":"type","valueCodeableConcept":{"coding":[{"system":"https://mos.esante.gouv.fr/NOS/TRE_R257-TypeBAL/FHIR/TRE-R257-TypeBAL","code":"PER"}]}},{"url":"listeRouge","valueBoolean":false}]}]}],"qualification":[{"code":{"coding":[{"system":"https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante","code":"{{{(p % 2 == 0 ? "10" : "60")}}}"},{"system":"https://mos.esante.gouv.fr/NOS/TRE_R09-CategorieProfessionnelle/FHIR/TRE-R09-CategorieProfessionnelle","code":"C"}]}}]}
        """);

    public string LoadDirectoryEntry() => Transaction(load.Post,
        [("Practitioner", """{"resourceType":"Practitioner","identifier":[{"system":"urn:oid:1.2.250.1.999.4","value":"bench"}],"name":[{"family":"INVENTÉE","given":["Ada"]}]}"""u8.ToArray())])[0];

    public static byte[] TransactionOf(IEnumerable<(string Type, byte[] Body)> resources)
    {
        var text = new StringBuilder("""{"resourceType":"Bundle","type":"transaction","entry":[""");
        var first = true;
        foreach (var (type, body) in resources)
        {
            text.Append(first ? "" : ",").Append("""{"resource":""").Append(Encoding.UTF8.GetString(body))
                .Append(CultureInfo.InvariantCulture, $$$""","request":{"method":"POST","url":"{{{type}}}"}}""");
            first = false;
        }
        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }

    static string[] Transaction(Func<string, byte[], (int, byte[])> post, IEnumerable<(string Type, byte[] Body)> resources)
    {
        var (status, answer) = post("/fhir", TransactionOf(resources));
        if (status != 200) throw new InvalidOperationException($"A transaction was refused ({status}): {Encoding.UTF8.GetString(answer)}");
        return [.. JsonNode.Parse(answer)!["entry"]!.AsArray().Select(e => IdOf(e!["response"]!["location"]!.GetValue<string>()))];
    }

    static string IdOf(string location)
    {
        var parts = location.Split('/');
        var history = Array.IndexOf(parts, "_history");
        return history > 0 ? parts[history - 1] : parts[^1];
    }

    /// <summary>People of whom the register of identities knows the INS.</summary>
    public const int MostRegistered = 5_000;

    public void LoadRegister()
    {
        if (registered) return;
        registered = true;
        InParallel(MostRegistered, (post, start, count) => Transaction(post, Enumerable.Range(start, count).Select(p => ("Patient", Qualified(p)))));
    }

    /// <summary>The question of the INSi teleservice about one of them.</summary>
    public static byte[] Asked(int p) => Encoding.UTF8.GetBytes($$$"""
        {"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient","name":[{"use":"official","family":"{{{Name(p)}}}","given":["{{{Given[p % 8]}}}"]}],"gender":"{{{(p % 2 == 0 ? "female" : "male")}}}","birthDate":"{{{1900 + p % 30}}}-{{{1 + p % 12:D2}}}-{{{1 + p % 28:D2}}}"}}]}
        """);

    static byte[] Qualified(int p)
    {
        var ins = Ins.FromParts($"{(p % 2 == 0 ? 2 : 1)}{p % 30:D2}{1 + p % 12:D2}29{1 + p / 900:D3}{1 + p % 900:D3}");
        return Encoding.UTF8.GetBytes($$$"""
            {"resourceType":"Patient","extension":[{"url":"https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability","extension":[{"url":"identityStatus","valueCoding":{"system":"https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-reliability","code":"VALI"}}]},{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"extension":[{"url":"https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code","valueCoding":{"code":"29232"}}]}}],"identifier":[{"use":"official","system":"urn:oid:1.2.250.1.213.1.4.10","value":"{{{ins.Value}}}"}],"name":[{"use":"official","family":"{{{Name(p)}}}","given":["{{{Given[p % 8]}}}"]}],"gender":"{{{(p % 2 == 0 ? "female" : "male")}}}","birthDate":"{{{1900 + p % 30}}}-{{{1 + p % 12:D2}}}-{{{1 + p % 28:D2}}}"}
            """);
    }

    static byte[] Patient(int p) => Encoding.UTF8.GetBytes($$"""
        {"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2.250.1.999.1","value":"{{Identifier(p)}}"}],"name":[{"use":"official","family":"{{Name(p)}}","given":["{{Given[p % 8]}}"]}],"gender":"{{(p % 2 == 0 ? "female" : "male")}}","birthDate":"{{BirthDate(p)}}"}
        """);

    /// <summary>An Observation of about 1.5 KB, as a monitoring device's software sends it.</summary>
    public static byte[] Observation(string patient, long turn, long code) => Encoding.UTF8.GetBytes($$$"""
        {"resourceType":"Observation","meta":{"profile":["http://hl7.org/fhir/StructureDefinition/vitalsigns"]},"identifier":[{"system":"urn:oid:1.2.250.1.999.2","value":"obs-{{{turn:D9}}}"}],"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs","display":"Vital Signs"}],"text":"Signes vitaux"}],"code":{"coding":[{"system":"http://loinc.org","code":"{{{Code(code)}}}","display":"Mesure {{{code % 4}}}"}],"text":"Mesure faite au domicile par un dispositif connecté"},"subject":{"reference":"Patient/{{{patient}}}","display":"Personne inventée"},"effectiveDateTime":"{{{2015 + turn % 11}}}-{{{1 + turn / 7 % 12:D2}}}-{{{1 + turn / 3 % 28:D2}}}T{{{turn % 24:D2}}}:{{{turn % 60:D2}}}:00+01:00","issued":"2026-05-04T10:20:30.000+02:00","performer":[{"display":"Infirmière inventée"}],"valueQuantity":{"value":{{{60 + turn % 80}}}.5,"unit":"battements par minute","system":"http://unitsofmeasure.org","code":"/min"},"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"N","display":"Normal"}]}],"note":[{"text":"Mesure prise au repos, assis depuis cinq minutes, brassard au bras gauche ; la personne signale une nuit courte et un café une heure avant."}],"device":{"display":"Dispositif inventé, modèle 3, numéro de série 000{{{turn % 1000}}}"},"referenceRange":[{"low":{"value":60,"unit":"battements par minute","system":"http://unitsofmeasure.org","code":"/min"},"high":{"value":100,"unit":"battements par minute","system":"http://unitsofmeasure.org","code":"/min"},"text":"adulte au repos"}]}
        """);

    static byte[] Document(string patient, int p) => Encoding.UTF8.GetBytes($$$"""
        {"resourceType":"DocumentReference","masterIdentifier":{"system":"urn:ietf:rfc:3986","value":"urn:oid:1.2.250.1.999.3.{{{p + 1}}}"},"status":"current","type":{"coding":[{"system":"http://loinc.org","code":"11502-2"}]},"category":[{"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.1","code":"10"}]}],"subject":{"reference":"Patient/{{{patient}}}"},"date":"2026-03-03T09:00:00Z","description":"Compte rendu inventé","content":[{"attachment":{"contentType":"text/plain","language":"fr-FR","title":"Compte rendu inventé","data":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes("Compte rendu inventé numéro " + p))}}}"}}]}
        """);
}
