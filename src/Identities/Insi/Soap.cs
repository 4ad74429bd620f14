using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Identities;

/// <summary>What SOAP 1.2 asks of a message: envelope, headers one must understand, faults (W3C, 27 April 2007).</summary>
static class Soap
{
    public const string Envelope = "http://www.w3.org/2003/05/soap-envelope";
    public const string ContentType = "application/soap+xml; charset=utf-8";
    public const string Security = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    const string Envelope11 = "http://schemas.xmlsoap.org/soap/envelope/";

    /// <summary>A fault by its SOAP code.</summary>
    public sealed class FaultException(string code, string french) : Exception(french)
    {
        public string Code => code;
    }

    /// <summary>The one element of the Body and the one security header; faults where the message is not of this shape.</summary>
    public static (XmlPart Request, XmlPart Header) Open(XmlPart message)
    {
        if (message.Is(Envelope11, "Envelope")) throw new FaultException("VersionMismatch", "SOAP 1.2 est attendu.");
        if (!message.Is(Envelope, "Envelope") || message.Children.ToList() is not [var header, var body] || !header.Is(Envelope, "Header") || !body.Is(Envelope, "Body"))
            throw new FaultException("Sender", "Une enveloppe SOAP 1.2 avec un en-tête et un corps est attendue.");
        foreach (var block in header.Children)
        {
            var must = block.Attributes.FirstOrDefault(mark => mark.Name == "mustUnderstand" && mark.Namespace == Envelope)?.Value is "true" or "1";
            if (must && !block.Is(Security, "Security")) throw new FaultException("MustUnderstand", "Un en-tête obligatoire n’est pas connu ici.");
        }
        if (body.Children.ToList() is not [var request]) throw new FaultException("Sender", "Le corps porte une seule demande.");
        if (header.Children.Count(block => block.Is(Security, "Security")) != 1) throw new FaultException("Sender", "Un seul en-tête de sécurité est attendu.");
        return (request, header.Only(Security, "Security")!);
    }

    public static string Write(Action<StringBuilder> body)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        text.Append("<env:Envelope xmlns:env=\"").Append(Envelope).Append("\"><env:Body>");
        body(text);
        return text.Append("</env:Body></env:Envelope>").ToString();
    }

    /// <param name="code">Of SOAP: Sender, Receiver, VersionMismatch, MustUnderstand.</param>
    /// <param name="inner">Our own code, stable: of the refusal.</param>
    public static string Fault(string code, string inner, string french) => Write(text =>
    {
        text.Append("<env:Fault><env:Code><env:Value>env:").Append(code).Append("</env:Value><env:Subcode><env:Value xmlns:s=\"urn:socle:refusal\">s:").Append(inner)
            .Append("</env:Value></env:Subcode></env:Code><env:Reason><env:Text xml:lang=\"fr\">");
        Escape(text, french);
        text.Append("</env:Text></env:Reason></env:Fault>");
    });

    public static void Element(StringBuilder text, string name, string value)
    {
        text.Append('<').Append(name).Append('>');
        Escape(text, value);
        text.Append("</").Append(name).Append('>');
    }

    static void Escape(StringBuilder text, string value) => text.Append(System.Security.SecurityElement.Escape(value));

    /// <summary>SOAP 1.2 over HTTP: what the sender did wrong is 400, what we did is 500. The reasons of our own refusals keep their number.</summary>
    public static Task WriteRefusal(HttpContext http, NoAnswer no)
    {
        http.Response.ContentType = ContentType;
        return http.Response.WriteAsync(Fault(no.Status >= 500 ? "Receiver" : "Sender", no.Code, no.Message), http.RequestAborted);
    }
}
