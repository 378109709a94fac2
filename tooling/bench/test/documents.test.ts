import { expect, test } from 'vitest';
import { fillIn, markdownTable } from '../src/documents.ts';
import { reportOn } from '../src/report.ts';
import { sectionsOf } from '../src/sections/sections.ts';
import { ceiling, findingsOf, measurement } from './measured.ts';

const report = reportOn(findingsOf(measurement, ceiling));

test('a table stands between its markers, and what is around them stays', () => {
  const places = ['origin', 'ratios', 'ways', 'ceilings'].map(
    (id) => `Prose.\n<!-- bench:${id} -->\nof before\n<!-- /bench:${id} -->\nMore prose.`,
  );
  const filled = fillIn(places.join('\n'), report);
  expect(filled).toContain('| Holdfast | 100 | 1,000 |');
  expect(filled).not.toContain('of before');
  expect(filled.match(/Prose\./g)).toHaveLength(4);
  expect(fillIn(filled, report)).toBe(filled);
});

test('a document without the markers is told so', () => {
  expect(() => fillIn('Prose.', report)).toThrow('has no place for');
});

test('numbers stand to the right in documents, too', () => {
  const [section] = sectionsOf(report).filter(({ id }) => id === 'ceilings');
  expect(section && markdownTable(section).split('\n')[1]).toMatch(/^\|---\|--:\|--:/);
});
