import { expect, test } from 'vitest';
import { Html, html } from '../src/html.ts';

test('what is put into markup is text, unless it is markup itself', () => {
  const hostile = `"><script>alert('&')</script>`;
  const escaped = "&quot;&gt;&lt;script&gt;alert('&amp;')&lt;/script&gt;";
  expect(html`<p title="${hostile}">${hostile}${1}</p>`.markup).toBe(
    `<p title="${escaped}">${escaped}1</p>`,
  );
  expect(html`<ul>${[html`<li>${'<'}</li>`, new Html('<li>')]}</ul>`.markup).toBe(
    '<ul><li>&lt;</li>\n<li></ul>',
  );
});
