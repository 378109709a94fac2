/** Markup that may stand in a page as it is. Everything else is text, and is escaped. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Content = string | number | Html | readonly Html[];

/**
 * Markup with values in it. A value that is not markup itself is escaped, so that text from elsewhere,
 * such as the message of an error, cannot become part of the page. Right for text and for quoted attributes.
 *
 * @example html`<p title="${'"'}">${'<b>'}</p>`.markup // '<p title="&quot;">&lt;b&gt;</p>'
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  const [first = '', ...others] = strings;
  return new Html(first + others.map((part, at) => markupOf(values[at] ?? '') + part).join(''));
}

function markupOf(content: Content): string {
  if (content instanceof Html) return content.markup;
  if (typeof content === 'string' || typeof content === 'number') return escape(String(content));
  return content.map(({ markup }) => markup).join('\n');
}

/** Right for HTML and for SVG. */
export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
