import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import type { ApiOutcome } from '../src/admission/entrance.ts';
import { shareAmongUsers } from '../src/admission/user-shares.ts';
import { createBoundMetrics } from '../src/bound-metrics.ts';
import { longDeadline } from './controlled-committer.ts';
import { valueOf } from './value-of.ts';

function controlled(commandCountPerUserMax: number) {
  const registry = new Registry();
  const metrics = createBoundMetrics(registry);
  const answers: ((outcome: ApiOutcome) => void)[] = [];
  const entrance = shareAmongUsers(
    {
      submit: () => new Promise<ApiOutcome>((resolve) => answers.push(resolve)),
      idle: async () => {},
    },
    { commandCountPerUserMax, metrics },
  );
  const confirm = (userId: string, eventId: string) => {
    const command = { type: 'confirm', userId, bookingId: 'b' } as const;
    return entrance.submit(eventId, { command, isFirstAttempt: false }, longDeadline);
  };
  return { confirm, answers, registry };
}

describe('a user', () => {
  test('has no more commands under way than a share, over all events, and the others have theirs', async () => {
    const { confirm, answers, registry } = controlled(3);
    for (const eventId of ['E', 'E', 'F']) void confirm('mallory', eventId);
    await expect(confirm('mallory', 'G')).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterMs: 1_000,
    });
    void confirm('ada', 'E');
    expect(answers).toHaveLength(4);
    const refused = await valueOf(registry, 'holdfast_overloaded_total', {
      bound: 'user_commands',
    });
    expect(refused).toBe(1);
  });

  test('has a place again with each answer', async () => {
    const { confirm, answers } = controlled(1);
    const first = confirm('ada', 'E');
    answers[0]?.({ status: 'unknown' });
    expect(await first).toEqual({ status: 'unknown' });
    void confirm('ada', 'E');
    expect(answers).toHaveLength(2);
  });
});
