namespace Socle.Platform.Web;

/// <summary>Small things kept in memory for a short time and a bounded number: flash messages, kept forms, form ids.</summary>
public sealed class Memo(TimeProvider clock)
{
    const int Most = 20_000;
    readonly Lock gate = new();
    readonly Dictionary<string, (object Value, DateTimeOffset Until)> kept = new(StringComparer.Ordinal);
    readonly Queue<string> order = new();

    public void Keep(string key, object value, TimeSpan time)
    {
        lock (gate)
        {
            Forget();
            if (!kept.ContainsKey(key)) order.Enqueue(key);
            kept[key] = (value, clock.GetUtcNow() + time);
        }
    }

    public T? Find<T>(string key) where T : class
    {
        lock (gate) return kept.TryGetValue(key, out var found) && found.Until > clock.GetUtcNow() ? found.Value as T : null;
    }

    /// <summary>Gives it back once.</summary>
    public T? Take<T>(string key) where T : class
    {
        lock (gate)
        {
            var found = kept.TryGetValue(key, out var entry) && entry.Until > clock.GetUtcNow() ? entry.Value as T : null;
            if (found is not null) kept.Remove(key);
            return found;
        }
    }

    /// <summary>The value kept under the key, or the new one when there is none: which of the two, in one step.</summary>
    public T GetOrKeep<T>(string key, Func<T> make, TimeSpan time, out bool isNew) where T : class
    {
        lock (gate)
        {
            if (kept.TryGetValue(key, out var entry) && entry.Until > clock.GetUtcNow() && entry.Value is T found)
            {
                isNew = false;
                return found;
            }
            Forget();
            var made = make();
            if (!kept.ContainsKey(key)) order.Enqueue(key);
            kept[key] = (made, clock.GetUtcNow() + time);
            isNew = true;
            return made;
        }
    }

    public void Remove(string key)
    {
        lock (gate) kept.Remove(key);
    }

    // Oldest first: what is over, and beyond the bound whatever it is.
    void Forget()
    {
        var now = clock.GetUtcNow();
        while (order.TryPeek(out var key) && (order.Count > Most || !kept.TryGetValue(key, out var entry) || entry.Until <= now))
        {
            order.Dequeue();
            kept.Remove(key);
        }
    }
}
