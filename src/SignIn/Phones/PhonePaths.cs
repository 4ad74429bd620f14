namespace Socle.SignIn;

/// <summary>Where the phone's side and the other screen's side stand.</summary>
static class PhonePaths
{
    public const string Home = "/telephone", Enrol = Home + "/enregistrer", Requests = Home + "/demandes", Follow = Home + "/suivi", Remove = Home + "/retirer",
        Manifest = Home + "/application.webmanifest", Worker = Home + "/service.mjs", Offline = Home + "/hors-ligne";

    public const string SignIn = "/connexion/telephone", Wait = SignIn + "/attente", FollowSignIn = SignIn + "/suivi";

    public static string Of(string request) => $"{Requests}/{request}";
}
