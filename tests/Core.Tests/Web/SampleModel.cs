using Socle.Platform.Web;

namespace Socle.Core.Tests.Web;

public sealed record SampleModel(string Action, Form Form);
