import { expect, test } from 'vitest';
import { ticksIn } from '../src/processor-time.ts';

test('processor time is its own and its ended children’s, whatever the program is called', () => {
  const fields = ['S', 1, 7, 7, 0, -1, 0, 0, 0, 0, 0, 100, 20, 3, 4, 20, 0];
  expect(ticksIn(`7 (post gres) (x) ${fields.join(' ')}`)).toBe(127);
});
