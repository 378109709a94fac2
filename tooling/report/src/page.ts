import { createHash } from 'node:crypto';
import { Html, html } from './html.ts';
import { pageStyle } from './page-style.ts';
import type { Part } from './part.ts';
import { chartStyle } from './svg.ts';

/** What a report says, as a page. */
export interface Page {
  readonly title: string;
  /** A sentence with what it came to. */
  readonly lead: string;
  readonly verdict: 'pass' | 'fail';
  /** Why it failed. */
  readonly reasons: readonly string[];
  readonly parts: readonly Part[];
  /** What `--json` prints of the same run. */
  readonly json: unknown;
  /** When it was, and on what. */
  readonly origin: string;
}

/** Nothing is loaded and nothing runs: the two styles are named by their hashes. */
const policy = [
  "default-src 'none'",
  `style-src ${[pageStyle, chartStyle].map(hashOf).join(' ')}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function hashOf(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}

/**
 * The page as one file: no script, no image, no font and no address of anything else.
 *
 * @example await file.write(pageOf({ title: 'A stress run', verdict: 'pass', … }))
 */
export function pageOf({ title, lead, verdict, reasons, parts, json, origin }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Holdfast">
<title>${title}: ${verdict}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p class="verdict ${verdict}">${verdict === 'pass' ? '✓ PASS' : '✗ FAIL'}</p>
<p class="lead">${lead}</p>
${reasons.map((reason) => html`<p class="reason">✗ ${reason}</p>`)}
</header>
${parts.map(
  (part) => html`<section>
<h2>${part.title}</h2>
${part.content}
</section>`,
)}
<section>
<h2>The same as JSON</h2>
<details>
<summary>What --json prints</summary>
<pre tabindex="0">${JSON.stringify(json, null, 2)}</pre>
</details>
</section>
</main>
<footer><p>${origin}</p></footer>
</body>
</html>
`.markup;
}
