import { Html, html } from './html.ts';

/** A piece of a page, under a heading of its own. */
export interface Part {
  readonly title: string;
  readonly content: Html;
}

/** A table; numbers stand to the right, and the first column names its row. */
interface Table {
  /** Says what it is of, to who does not see the page. */
  readonly caption: string;
  readonly columns: readonly { readonly head: string; readonly isWords: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** A part of a table or of what else there is to show, and sentences below it. */
export function partOf(
  title: string,
  content: readonly Html[],
  notes: readonly string[] = [],
): Part {
  return {
    title,
    content: html`${content}${notes.map((note) => html`<p class="note">${note}</p>`)}`,
  };
}

/**
 * A table that scrolls by itself where the page is narrow.
 *
 * @example tableOf({ caption: 'Figures', columns: [{ head: 'what', isWords: true }], rows: [['users']] })
 */
export function tableOf({ caption, columns, rows }: Table): Html {
  const classOf = (at: number) => (columns[at]?.isWords === false ? 'number' : 'words');
  const heads = columns.map(
    ({ head }, at) => html`<th scope="col" class="${classOf(at)}">${head}</th>`,
  );
  const cellOf = (cell: string, at: number) =>
    at === 0
      ? html`<th scope="row" class="${classOf(at)}">${cell}</th>`
      : html`<td class="${classOf(at)}">${cell}</td>`;
  return scrolling(
    caption,
    html`<table>
<caption class="unseen">${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cellOf)}</tr>`)}
</tbody>
</table>`,
  );
}

/** A chart, and beside it the same as a table: for who does not see it, and for who wants the figures. */
export function figureOf(chart: string, table: Table): Html {
  return html`<div class="figure">${chartOf(chart)}${tableOf(table)}</div>`;
}

/** A chart whose figures stand in a table near it. It scrolls by itself where the page is narrow. */
export function chartOf(chart: string): Html {
  return scrolling('Chart', new Html(chart));
}

/** The keyboard must reach what scrolls. */
function scrolling(name: string, content: Html): Html {
  return html`<div class="scrolling" role="group" aria-label="${name}" tabindex="0">${content}</div>`;
}
