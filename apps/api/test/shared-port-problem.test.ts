import { expect, test } from 'vitest';
import { sharedPortProblem } from '../src/shared-port-problem.ts';

test.each([
  ['EADDRINUSE', 'PORT 3000 is taken by a process that does not share it'],
  ['ENOTSUP', 'This system cannot share a port, and PORT_SHARED is true. Leave it out'],
])('what keeps a port from being shared is told with the fix: %s', (code, says) => {
  expect(sharedPortProblem(Object.assign(new Error('listen'), { code }), 3_000)).toContain(says);
});

test('what has nothing to do with sharing is no problem of it', () => {
  const denied = Object.assign(new Error('listen'), { code: 'EACCES' });
  expect(sharedPortProblem(denied, 80)).toBe(null);
  expect(sharedPortProblem('away', 80)).toBe(null);
});
