import { readFileSync } from 'node:fs';
import { refusalReasons } from '@holdfast/domain';
import { expect, test } from 'vitest';
import { faultKinds } from '../src/http/fault-kinds.ts';
import { appRouter } from '../src/root.ts';
import { routesOf } from '../src/rest/route.ts';

const read = (path: string) =>
  readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8');

/** The words in code that begin the rows of the table below this heading. */
function firstColumnOf(document: string, head: string): readonly string[] {
  const table = document.slice(document.indexOf(head)).split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| `([a-z_]+)` \|/gm)].flatMap(([, word]) => word ?? []);
}

test('docs/api.md lists every reason of a refusal, in order of precedence', () => {
  const reasons = firstColumnOf(read('api.md'), '| reason | what a caller does |');
  expect(reasons).toEqual(refusalReasons);
});

test('docs/operations.md lists every fault', () => {
  const faults = firstColumnOf(read('operations.md'), '| fault |');
  expect(faults.toSorted()).toEqual(Object.keys(faultKinds).toSorted());
});

test('docs/api.md lists every procedure that plain HTTP reaches', () => {
  const part = read('api.md').split('## Plain HTTP')[1] ?? '';
  const paths = routesOf(appRouter).map(({ procedure }) => procedure.path);
  expect(paths.filter((path) => !part.includes(`\`${path}\``))).toEqual([]);
});
