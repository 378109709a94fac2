import { expect, test } from 'vitest';
import { auditText } from '../src/tell/audit-text.ts';
import { plainLayout } from './plain-layout.ts';

const url = 'postgres://holdfast:secret@db.example:5432/holdfast';
const eventId = '0198c0de-0000-7000-8000-000000000000';
const title = "every event's counters equal the sums over its bookings, as they are";

/** The text of an audit that found rows of these invariants. */
function textOf(ids: readonly ('I2' | 'I7')[], width = 80): string {
  const violations = [{ event_id: eventId, held: 2, expires_at: null }];
  const invariants = (['I1', 'I2', 'I7'] as const).map((id) => ({
    id,
    title,
    violations: ids.some((broken) => broken === id) ? violations : [],
  }));
  const report = { violationCount: ids.length, invariants };
  return auditText(report, { url, eventCount: 3 }, { ...plainLayout, width });
}

test('where every promise is kept, there is nothing to do', () => {
  expect(textOf([])).not.toContain('What to do');
  expect(textOf([]).trimEnd().split('\n').at(-1)).toBe(
    '  3 events of postgres://db.example:5432/holdfast: every promise kept. PASS',
  );
});

test('a broken promise is shown by its rows, with how to stop selling and how to look', () => {
  const text = textOf(['I2']);
  expect(text).toContain(`event_id ${eventId}, held 2, expires_at null`);
  const advice = text.slice(text.indexOf('What to do, now:')).replaceAll(/\s+/g, ' ');
  expect(advice).toContain('1. Stop selling. One event: event.close');
  expect(advice).toContain('pnpm holdfast audit --event <id> --json');
  expect(advice).toContain("select * from ledger where event_id = '<id>'");
  expect(advice).toContain('docs/runbook.md');
});

test('holds that nobody swept are no reason to stop selling', () => {
  expect(textOf(['I7'])).toContain('check that the worker runs');
  expect(textOf(['I7'])).not.toContain('Stop selling');
  expect(textOf(['I7', 'I2'])).toContain('Stop selling');
});

test.each([60, 61, 72, 80, 100])('no line is wider than a terminal of %i columns', (width) => {
  const lines = textOf(['I2', 'I7'], width).split('\n');
  expect(lines.filter((line) => line.length > width)).toEqual([]);
});
