import { expect, test } from 'vitest';
import { oneServerOnly, skippedFor } from '../src/skipped-for.ts';

function file(...tests: readonly (readonly [fullName: string, state: string])[]) {
  const all = tests.map(([fullName, state]) => ({ fullName, result: () => ({ state }) }));
  return { children: { allTests: () => all } };
}

test('skipped tests are counted by reason over all files, the most first', () => {
  const trigger = `${oneServerOnly}no trigger`;
  const plans = `${oneServerOnly}other plans`;
  const files = [
    file([`${plans} > a list`, 'skipped'], [`a group > ${trigger} > a rule`, 'skipped']),
    file([`${trigger} > another > rule`, 'skipped']),
  ];
  expect(skippedFor(files)).toEqual(['2 skipped: no trigger', '1 skipped: other plans']);
});

test('tests that ran, and those that were skipped for other reasons, are not among them', () => {
  const name = `${oneServerOnly}no trigger > a rule`;
  expect(skippedFor([file([name, 'passed'], ['a rule', 'skipped'])])).toEqual([]);
});
