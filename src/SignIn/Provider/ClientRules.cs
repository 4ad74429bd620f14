using System.Text.Json;
using Socle.Fhir;

namespace Socle.SignIn;

/// <summary>What a registration must be; refuses with the first fault.</summary>
static class ClientRules
{
    const int MostAddresses = 20, LongestAddress = 500, LongestName = 80;

    public static void Check(Client client)
    {
        if (Fault(client) is { } fault) throw ProviderRefusals.WrongClient.With(fault);
    }

    static string? Fault(Client client)
    {
        if (client.Name.Trim() is not { Length: > 1 and <= LongestName } name || name.Any(char.IsControl)) return $"un nom de 2 à {LongestName} signes";
        if (client.RedirectUris.Count > MostAddresses || client.LogoutUris.Count > MostAddresses) return $"au plus {MostAddresses} adresses de retour";
        if (client.RedirectUris.Concat(client.LogoutUris).FirstOrDefault(address => !IsReturn(address)) is { } wrong)
            return $"« {wrong} » n’est pas une adresse de retour : https, sans fragment ni étoile (http pour localhost)";
        if (client.BackchannelLogout is { } notice && !IsReturn(notice)) return "l’adresse d’avis de déconnexion n’en est pas une";
        if (client.Scopes.FirstOrDefault(scope => !ProviderScopes.IsKnown(scope)) is { } unknown) return $"l’étendue « {unknown} » n’existe pas";
        if (client.Structure is { } structure && !Finess.TryParse(structure, out _)) return $"« {structure} » n’est pas un numéro FINESS";
        return ProofFault(client);
    }

    static string? ProofFault(Client client) => client switch
    {
        { Proof: ClientProof.Key, Keys: null, KeysAddress: null } => "un jeu de clés, ou l’adresse où le lire",
        { Proof: ClientProof.Certificate, Certificate: not { Length: 43 } } => "l’empreinte SHA-256 du certificat (base64url)",
        { Proof: ClientProof.Secret, Profile: not ClientProfile.Psc and not ClientProfile.Smart } => "le profil strict ne connaît pas de secret partagé : une clé ou un certificat",
        { Proof: ClientProof.None, Profile: ClientProfile.Psc } => "un logiciel Pro Santé Connect a un secret, une clé ou un certificat",
        { Keys: { } keys } when KeySets.Fault(keys) is { } fault => fault,
        { Structure: null, Scopes: var scopes } when scopes.Any(scope => scope.StartsWith("system/", StringComparison.Ordinal)) => "une étendue « system/ » va avec le FINESS de la structure",
        { Proof: ClientProof.None, Scopes: var scopes } when scopes.Any(scope => scope.StartsWith("system/", StringComparison.Ordinal)) => "une étendue « system/ » demande une clé",
        _ => null
    };

    static bool IsReturn(string address) => address.Length <= LongestAddress && Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0 && !address.Contains('*', StringComparison.Ordinal) && !address.Any(char.IsControl)
        && !address.Contains('#', StringComparison.Ordinal) && !address.Contains('\\', StringComparison.Ordinal)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}

/// <summary>A JWK Set, as text.</summary>
static class KeySets
{
    const int MostKeys = 20;
    static readonly JsonDocumentOptions Strictly = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Its keys that may sign; what is of another kind is passed over, what is secret spoils the whole.</summary>
    public static IReadOnlyList<PublicKey> Read(string text, out string fault)
    {
        (fault, var keys) = ("", new List<PublicKey>());
        try
        {
            using var document = JsonDocument.Parse(text, Strictly);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("keys", out var all) || all.ValueKind != JsonValueKind.Array
                || all.GetArrayLength() is 0 or > MostKeys)
            {
                fault = $"un objet « keys » de 1 à {MostKeys} clés";
                return [];
            }
            foreach (var one in all.EnumerateArray())
            {
                if (PublicKey.Of(one, out var why) is { } key) keys.Add(key);
                else if (one.ValueKind == JsonValueKind.Object && (one.TryGetProperty("d", out _) || one.TryGetProperty("k", out _)))
                {
                    fault = why;
                    return [];
                }
                else fault = why;
            }
            if (keys.Count > 0) fault = "";
            return keys;
        }
        catch (JsonException)
        {
            fault = "ce n’est pas du JSON";
            return [];
        }
    }

    public static string? Fault(string text) => Read(text, out var fault).Count == 0 ? fault : null;
}
