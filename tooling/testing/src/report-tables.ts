/**
 * What the tables of a written report say, and the JSON in it: read as text, which is quick, from pages that
 * a test of `@holdfast/report` opens in a browser.
 */
export interface ReportTables {
  /** The JSON of the run. */
  readonly json: unknown;
  /** The rows of a table, its head first. */
  rows(caption: string): readonly (readonly string[])[];
}

/** @example readReport(html).rows('Answers')[1] // ['users', '1,000', 'for 500 seats'] */
export function readReport(html: string): ReportTables {
  return {
    json: JSON.parse(unescaped(/<pre[^>]*>([^<]*)<\/pre>/.exec(html)?.[1] ?? 'null')),
    rows(caption) {
      const [, table] = html.split(`<caption class="unseen">${caption}</caption>`);
      if (table === undefined) throw new Error(`The report has no table ${caption}.`);
      const rows = (table.split('</table>')[0] ?? '').split('<tr>').slice(1);
      return rows.map((row) =>
        [...row.matchAll(/<t[hd][^>]*>([^<]*)</g)].map(([, cell = '']) => unescaped(cell)),
      );
    },
  };
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
