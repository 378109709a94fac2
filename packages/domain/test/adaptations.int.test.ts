import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { slot, stock } from './sales.ts';
import { storm } from './storm.ts';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`adaptations: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

// Each guard is taken out in adaptations-controls.long.test.ts.
describe('200 callers who buy, fill carts, check out, cancel, repeat and contradict each other', () => {
  test('are sold 100 pieces, none twice, none over their limit, and every counter adds up', async () => {
    const { harm, statuses, ...counts } = await storm(stock, seed);
    expect(statuses).toEqual(expect.arrayContaining(['cancelled', 'confirmed', 'expired']));
    expect({ harm, failed: counts.failed }).toEqual({ harm: [], failed: 0 });
    expect(Math.min(counts.written, counts.unchanged, counts.refused)).toBeGreaterThan(0);
  });

  test('are given 30 places at tables, none twice, none over their limit', async () => {
    const { harm, statuses, ...counts } = await storm(slot, seed);
    expect(statuses).toEqual(['cancelled', 'confirmed']);
    expect({ harm, failed: counts.failed }).toEqual({ harm: [], failed: 0 });
    expect(Math.min(counts.written, counts.unchanged, counts.refused)).toBeGreaterThan(0);
  });
});

describe('what people read', () => {
  const source = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

  test('the README shows the very write that the storm ran', async () => {
    const [, rest = ''] = (await source('../README.md')).split('// In one transaction');
    const [write = ''] = rest.split('```');
    expect(write).toContain('insertOrder, [productId, id');
    expect(await source('../examples/sell-stock.ts')).toContain(write);
  });

  test.each([
    ['stock', 'sell-stock'],
    ['time-slots', 'reserve-table'],
  ])('the docstring of %s shows the very statements of %s', async (adaptation, example) => {
    const program = plain(await source(`../examples/${example}.ts`));
    const blocks = (await source(`../src/adaptations/${adaptation}.ts`)).matchAll(
      /```sql\n(.*?)```/gs,
    );
    const statements = [...blocks].flatMap(([, block = '']) => statementsOf(block));
    expect(statements.length).toBe(5);
    for (const statement of statements) expect(program).toContain(statement);
  });
});

/** The statements of a docstring: without its margin and comments, on one line each. */
function statementsOf(block: string): readonly string[] {
  const bare = block.replaceAll(/^ \*/gm, '').replaceAll(/--.*$/gm, '');
  return bare
    .split(';')
    .map(plain)
    .filter((statement) => statement !== '');
}

function plain(sql: string): string {
  return sql.replaceAll(/\s+/g, ' ').trim();
}
