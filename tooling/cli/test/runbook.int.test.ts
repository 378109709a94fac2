import { freshDatabase } from '@holdfast/testing';
import { beforeAll, expect, test } from 'vitest';
import { withDatabase } from '../src/servers/database.ts';
import { migrateAt } from '../src/servers/migrate.ts';
import { readText } from './guide-rows.ts';

/** What somebody types into psql in the night, with an example in place of what stands for a value. */
const statements = [...readText('docs/runbook.md').matchAll(/`(select [^`]+)`/g)].map(
  ([, text = '']) =>
    text
      .replaceAll("'…'", "'00000000-0000-7000-8000-000000000000'")
      .replaceAll("'MOMENT'", "'2026-01-01'"),
);

let url = '';

beforeAll(async () => {
  url = await freshDatabase();
  await migrateAt(url, { role: null, isDistributed: false });
});

/** Plans it, and does nothing. Gives PostgreSQL's complaint; `null`: none. */
function complaintAbout(statement: string): Promise<string | null> {
  return withDatabase({ url }, async ({ pool }) => {
    try {
      await pool.query(`explain ${statement}`);
      return null;
    } catch (error) {
      return String(error);
    }
  });
}

test.each(statements)(
  'the runbook’s statement is one that PostgreSQL takes: %s',
  async (statement) => {
    expect(await complaintAbout(statement)).toBeNull();
  },
);

test('the runbook has such statements', () => {
  expect(statements.length).toBeGreaterThan(6);
});

test('a column that is not there is found', async () => {
  expect(await complaintAbout('select created_at from outbox')).toContain('created_at');
});
