/** Both themes, a phone's width, and paper. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1f2328; --muted: #59636e; --line: #d1d9e0; --panel: #f6f8fa;
  --good: #116329; --good-paper: #dafbe1; --bad: #a40e26; --bad-paper: #ffebe9; --focus: #0969da;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --ink: #f0f6fc; --muted: #9198a1; --line: #3d444d; --panel: #151b23;
    --good: #7ee787; --good-paper: #12261e; --bad: #ffa198; --bad-paper: #25171c; --focus: #4493f8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; overflow-wrap: anywhere; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif;
}
main, footer { max-width: 80rem; margin: 0 auto; padding: 1rem clamp(1rem, 4vw, 3rem); }
h1 { font-size: clamp(1.5rem, 5vw, 2.25rem); line-height: 1.2; margin: 1rem 0; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
.lead { font-size: 1.25rem; margin: 0.75rem 0; max-width: 60ch; }
.verdict { display: inline-block; margin: 0; padding: 0.25rem 1rem; border-radius: 0.5rem; font-weight: 700; font-size: 1.25rem; }
.pass { color: var(--good); background: var(--good-paper); }
.fail { color: var(--bad); background: var(--bad-paper); }
.reason { color: var(--bad); font-weight: 600; margin: 0.25rem 0; }
footer, .note { color: var(--muted); font-size: 0.9rem; }
.note { max-width: 90ch; }
.figure { display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
.scrolling { overflow-x: auto; max-width: 100%; }
.scrolling:focus-visible, pre:focus-visible, summary:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
svg { display: block; max-width: 100%; min-width: 34rem; height: auto; }
table { overflow-wrap: normal; border-collapse: collapse; font-size: 0.95rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
thead th { color: var(--muted); white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
pre { overflow-x: auto; background: var(--panel); padding: 1rem; border-radius: 0.5rem; font-size: 0.85rem; }
summary { cursor: pointer; padding: 0.25rem 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (min-width: 70rem) {
  .figure { grid-template-columns: minmax(0, 1fr) auto; }
}
@media print {
  @page { margin: 1.5cm; }
  body { font-size: 10pt; }
  main, footer { padding: 0; max-width: none; }
  .figure, tr, svg { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scrolling, pre { overflow: visible; }
  svg { min-width: 0; }
  .verdict { border: 1px solid currentColor; }
}
`;
