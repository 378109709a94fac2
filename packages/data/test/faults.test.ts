import { faultKind } from '@holdfast/data/faults';
import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';

function databaseError(code: string, message: string): DatabaseError {
  return Object.assign(new DatabaseError(message, message.length, 'error'), { code });
}

test.each([
  'could not commit transaction for shard 102008 on at least one active node',
  'server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally',
  'failure on connection marked as essential: 127.0.0.1:5433',
  "failed to prepare transaction 'citus_0_1_2_3' on host 127.0.0.1:5433",
  'connection not open',
  'SSL SYSCALL error: EOF detected',
])('a node of a cluster that dies leaves the write in doubt: %s', (message) => {
  expect(faultKind(databaseError('XX000', message))).toBe('broken');
});

test('what else PostgreSQL did not foresee is a bug', () => {
  expect(faultKind(databaseError('XX000', 'cache lookup failed for type 0'))).toBe('bug');
});
