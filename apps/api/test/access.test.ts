import { expect, test } from 'vitest';
import { accessTo, listedPaths } from '../src/access.ts';
import { appRouter } from '../src/root.ts';

test('every procedure is listed, and nothing else is', () => {
  expect(Object.keys(appRouter._def.procedures).toSorted()).toEqual([...listedPaths].toSorted());
});

test('a path that is not listed is open to no role, and neither are names that every object has', () => {
  for (const path of ['event.forgotten', 'event', 'constructor', '__proto__', 'toString', '']) {
    expect(accessTo(path)).toEqual([]);
  }
});
