import { describe, expect, test } from 'vitest';
import { type AnyDoubt, settle, settleCountMax } from '../src/settle.ts';

const doubt: AnyDoubt = { status: 'unknown', retryAfterMs: 1_000, bookingId: 'b' };
const answer = { status: 'held' } as const;

/** Settles a command that answers, or throws, these in turn, and the last one for ever. */
async function settling(...answers: readonly (AnyDoubt | typeof answer | Error)[]) {
  const sent: (AnyDoubt | null)[] = [];
  const waitsMs: number[] = [];
  let doubtCount = 0;
  const ending = settle<AnyDoubt | typeof answer>(
    async (before) => {
      const next = answers[Math.min(sent.length, answers.length - 1)];
      sent.push(before);
      if (next === undefined) throw new Error('It has no answer.');
      if (next instanceof Error) throw next;
      return next;
    },
    {
      sleep: async (durationMs) => void waitsMs.push(durationMs),
      onDoubt: () => void (doubtCount += 1),
    },
  );
  const result = await ending.catch((error: unknown) => error);
  return { result, sent, waitsMs, doubtCount };
}

const faultOf = (fault: string) => Object.assign(new Error(fault), { fault });

describe('a command', () => {
  test('that is answered is sent once', async () => {
    const { result, sent, waitsMs } = await settling(answer);
    expect({ result, sent, waitsMs }).toEqual({ result: answer, sent: [null], waitsMs: [] });
  });

  test('in doubt is sent again under the ids of the doubt, after what the server asked for', async () => {
    const { result, sent, waitsMs, doubtCount } = await settling(doubt, doubt, answer);
    expect(result).toBe(answer);
    expect(sent).toEqual([null, doubt, doubt]);
    expect(waitsMs).toEqual([1_000, 2_000]);
    expect(doubtCount).toBe(2);
  });

  test('that fails at first has done nothing, and says so', async () => {
    const { result, sent } = await settling(faultOf('overloaded'), answer);
    expect(result).toMatchObject({ fault: 'overloaded' });
    expect(sent).toHaveLength(1);
  });

  test('that fails after a doubt is still in doubt: what failed says nothing of what came before', async () => {
    const { result, sent } = await settling(doubt, faultOf('unreachable'), answer);
    expect(result).toBe(answer);
    expect(sent).toEqual([null, doubt, doubt]);
  });

  test('that fails after a doubt in a way that no waiting fixes, says so', async () => {
    const { result, sent } = await settling(doubt, faultOf('unauthenticated'), answer);
    expect(result).toMatchObject({ fault: 'unauthenticated' });
    expect(sent).toHaveLength(2);
  });

  test('is not asked about for ever, nor without longer and longer waits', async () => {
    const { result, sent, waitsMs } = await settling(doubt);
    expect(result).toBe(doubt);
    expect(sent).toHaveLength(settleCountMax + 1);
    expect(Math.max(...waitsMs)).toBe(30_000);
  });
});
