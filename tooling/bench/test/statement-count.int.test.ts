import { openDatabase } from '@holdfast/data';
import { providedServices } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { countStatements } from '../src/server/statement-count.ts';

test('every statement that goes to PostgreSQL is counted once', async () => {
  const statementCount = countStatements();
  const database = await openDatabase({ url: providedServices().databaseUrl });
  // Opening a connection may set things up, once.
  await database.pool.query('select 1');
  const before = statementCount();
  await database.pool.query('select 1');
  await database.pool.query('select $1::int', [2]);
  expect(statementCount() - before).toBe(2);
  await database.close();
});
