using Socle.Platform;

namespace Socle.Subscriptions;

/// <summary>Subscriptions: R4 and the topic backport, over rest-hook and websocket.</summary>
public sealed class SubscriptionsModule : Module;
