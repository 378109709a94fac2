import { describe, expect, test } from 'vitest';
import { writeMemory } from '../src/write-memory.ts';

function memoryAt(clock: { now: number }) {
  return writeMemory(() => clock.now);
}

describe('what a client accepts of a cache', () => {
  test('is anything while it has changed nothing', () => {
    expect(memoryAt({ now: 5 }).maxAgeMs()).toBeUndefined();
  });

  test('is nothing that was read before its last command was answered', () => {
    const clock = { now: 1_000.9 };
    const writes = memoryAt(clock);
    writes.note();
    expect(writes.maxAgeMs()).toBe(0);
    clock.now = 1_501.2;
    expect(writes.maxAgeMs()).toBe(499);
    writes.note();
    expect(writes.maxAgeMs()).toBe(0);
  });

  test('is anything again when all that is served anywhere is newer', () => {
    const clock = { now: 0 };
    const writes = memoryAt(clock);
    writes.note();
    clock.now = 61_000;
    expect(writes.maxAgeMs()).toBe(60_999);
    clock.now = 61_002;
    expect(writes.maxAgeMs()).toBeUndefined();
  });
});
