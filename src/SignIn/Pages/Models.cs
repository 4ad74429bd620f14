namespace Socle.SignIn.Pages;

public sealed record WelcomeModel(string FhirBase);

/// <param name="Kept">A form that was being written waits behind the sign-in.</param>
public sealed record SignInModel(IReadOnlyList<DemoPerson> People, string Back, bool Demo, bool Kept);
