using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Socle.Platform;

/// <summary>A wrong or unknown setting, or option that stands for one: the program says it in one French sentence and does not start.</summary>
public sealed class SettingsException(string message) : Exception(message);

/// <summary>One section of socle.json: its name and the record it is bound to.</summary>
public sealed record SettingsSection(string Name, Type Type);

/// <summary>Settings: one record per module with defaults that work at home; its XML comments are the documentation.</summary>
public static class Settings
{
    public const string FileName = "socle.json";

    /// <summary>Binds and validates a section at once and registers its record.</summary>
    public static T AddSettings<T>(this IServiceCollection services, IConfiguration configuration, string section) where T : class, new()
    {
        var settings = Read<T>(configuration, section);
        services.AddSingleton(settings);
        services.AddSingleton(new SettingsSection(section, typeof(T)));
        return settings;
    }

    /// <summary>Binds and validates a section: for what is needed before there are services.</summary>
    public static T Read<T>(IConfiguration configuration, string section) where T : class, new() =>
        (T)Bind(typeof(T), configuration.GetSection(section));

    /// <summary>Refuses a top-level key that no module knows.</summary>
    internal static void CheckNames(IConfiguration configuration, IEnumerable<SettingsSection> known)
    {
        var names = known.Select(s => s.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var section in configuration.GetChildren())
            if (!names.Contains(section.Key))
                throw new SettingsException($"{FileName} : la section « {section.Key} » est inconnue ; il y a {string.Join(", ", names.Order())}.");
    }

    internal static IConfigurationRoot Load(string dataFolder)
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.GetFullPath(Path.Combine(dataFolder, FileName)), optional: true, reloadOnChange: false)
                .Build();
        }
        catch (InvalidDataException error)
        {
            var line = error.GetBaseException() is JsonException { LineNumber: { } number } ? $" (ligne {number + 1})" : "";
            throw new SettingsException($"{FileName} n’est pas du JSON lisible{line}.");
        }
    }

    static object Bind(Type type, IConfigurationSection section)
    {
        var settings = Activator.CreateInstance(type)!;
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).ToList();
        foreach (var child in section.GetChildren())
        {
            var property = properties.Find(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new SettingsException(
                    $"{FileName} : le réglage « {child.Path} » est inconnu ; {section.Path} a {string.Join(", ", properties.Select(p => p.Name))}.");
            property.SetValue(settings, Value(property.PropertyType, child));
        }
        Validate(settings, section.Path);
        return settings;
    }

    static object? Value(Type type, IConfigurationSection section)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(string)) return section.Value;
        if (type.IsAssignableFrom(typeof(string[]))) return section.GetChildren().Select(c => c.Value ?? "").ToArray();
        if (!plain.IsValueType) return Bind(plain, section);
        try
        {
            return TypeDescriptor.GetConverter(plain).ConvertFromString(null, CultureInfo.InvariantCulture, section.Value ?? "");
        }
        catch (Exception error) when (error is ArgumentException or FormatException or NotSupportedException or OverflowException)
        {
            throw new SettingsException($"{FileName} : « {section.Path} » ne peut valoir « {section.Value} » ; il attend {Expected(plain)}.");
        }
    }

    static string Expected(Type type) =>
        type.IsEnum ? "l’un de " + string.Join(", ", Enum.GetNames(type))
        : type == typeof(bool) ? "true ou false"
        : type == typeof(TimeSpan) ? "une durée, par exemple 00:30:00"
        : "un nombre";

    static void Validate(object settings, string path)
    {
        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(settings, new ValidationContext(settings), faults, validateAllProperties: true))
            throw new SettingsException($"{FileName} : {path} : {faults[0].ErrorMessage}");
    }
}
