using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Minik8s.FileSd.Web.Pages;

/// <summary>
/// A page that is being written. What stands in the program is markup; what is put into it is text, whatever it holds, and
/// made printable: <c>html.Add($"&lt;b&gt;{name}&lt;/b&gt;")</c>.
/// </summary>
internal sealed class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text = new();

    public Html Add([InterpolatedStringHandlerArgument("")] Markup markup)
    {
        _ = markup;
        return this;
    }

    public override string ToString() => _text.ToString();

    /// <summary>Text that is not cut and not altered, such as an address; encoded all the same.</summary>
    public readonly record struct Exactly(string Text);

    /// <summary>A piece of markup, written into the page as it is evaluated.</summary>
    [InterpolatedStringHandler]
    public readonly struct Markup
    {
        private readonly StringBuilder _text;

        public Markup(int literalLength, int formattedCount, Html html)
        {
            _text = html._text;
        }

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(string? text) => _text.Append(Encoder.Encode(Printable.Of(text ?? "")));

        public void AppendFormatted(Exactly text) => _text.Append(Encoder.Encode(text.Text));

        /// <summary>With thin spaces between thousands.</summary>
        public void AppendFormatted(long number) => _text.Append(number.ToString("#,0", Numbers));

        /// <summary>How long ago it was, which the page's script keeps up to date.</summary>
        public void AppendFormatted(Moment moment) => _text.Append(
            CultureInfo.InvariantCulture,
            $"<time datetime=\"{moment.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}\" title=\"{moment.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\">{moment.Ago}</time>");

        private static readonly NumberFormatInfo Numbers = new() { NumberGroupSeparator = "\u2009" };
    }
}
