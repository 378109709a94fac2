import { expect, test } from 'vitest';
import { asCalled } from '../src/as-called.ts';

test('a command is named as whoever reads it can call it', () => {
  const text =
    'pnpm demo, pnpm --silent holdfast token, pnpm holdfast audit; pnpm bench, pnpm test';
  expect(asCalled(text, false)).toBe(text);
  expect(asCalled(text, true)).toBe(
    'npx holdfast demo, npx holdfast token, npx holdfast audit; pnpm bench, pnpm test',
  );
});
