using Socle.Platform.Web;

namespace Socle.SignIn.Pages;

public sealed record WelcomeModel(string FhirBase);

/// <param name="Kept">A form that was being written waits behind the sign-in.</param>
/// <param name="Wrong">Why the passkey was not accepted.</param>
public sealed record SignInModel(IReadOnlyList<DemoPerson> People, string Back, bool Demo, bool Kept, string? Wrong = null);

/// <param name="Kept">Number of the sign-in that waits for the choice; empty when one is signed in already.</param>
/// <param name="Now">Key of the situation one is in.</param>
public sealed record SituationModel(IReadOnlyList<Situation> Situations, string Action, string Kept, string Back, string? Now, Form Form);

public sealed record KeyView(string Id, string Name, DateTimeOffset Since, DateTimeOffset? UsedAt, DateTimeOffset? EndedAt, string? Why, bool IsThis);

public sealed record PhoneView(string Id, string Name, DateTimeOffset Since, bool InUse, bool IsThis);

/// <param name="Account">Null: signed in otherwise (demonstration).</param>
/// <param name="RecoveryAt">When a recovery by paper that somebody asked for will open.</param>
/// <param name="Fresh">Whether the person proved within five minutes who they are.</param>
public sealed record MeansModel(
    Account? Account, IReadOnlyList<KeyView> Keys, IReadOnlyList<PhoneView> Phones, DateTimeOffset? PaperAt, DateTimeOffset? RecoveryAt, bool Fresh, string? Level, Form Form);

public sealed record PaperModel(string Code);

public sealed record CodesModel(bool Professional, bool Spent, Form Form, string? Wrong);

public sealed record CounterModel(Form Form, string? Wrong);

public sealed record FirstKeyModel(string Name, Form Form, string? Wrong);

public sealed record HelpAskedModel(string Number);

/// <param name="Ready">When the paper code that was typed will open.</param>
public sealed record RecoverModel(Form Form, string? Wrong, DateTimeOffset? Ready);

public sealed record DevicesModel(string Number, bool One);

public sealed record HelpView(string Number, bool Professional, DateTimeOffset At, string Who, string Stage);

public sealed record HandOverModel(IReadOnlyList<HelpView> Waiting, Form Form, string? Code, string? Name);

public sealed record MessagesModel(IReadOnlyList<DemoMessage> Messages, IReadOnlyList<(string Name, string? Card)> Cards);
