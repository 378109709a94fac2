import { callTRPCProcedure } from '@trpc/server';
import { v7 } from 'uuid';
import { answerEmpty } from '../ceilings/empty-answer.ts';
import { bookRouter } from '../server/book-router.ts';
import { type LayerRow, measureLayer } from './layer.ts';

const count = 100;

/** The router in process, without HTTP: rights, input, output, and nothing behind them. */
export async function measureCall(durationMs: number): Promise<readonly LayerRow[]> {
  const router = bookRouter(async (claim) => answerEmpty(claim));
  const { signal } = new AbortController();
  const ctx = { user: { id: 'ann', role: 'user' } };
  const input = { eventId: v7(), bookingId: v7(), quantity: 1, isFirstAttempt: true };
  const call = () =>
    callTRPCProcedure({
      router,
      path: 'booking.book',
      type: 'mutation',
      getRawInput: async () => input,
      ctx,
      signal,
      batchIndex: 0,
    });
  const work = () => Promise.all(Array.from({ length: count }, call));
  const told = { layer: 'call', what: 'empty mutation, in process', unit: 'calls' } as const;
  return [await measureLayer({ ...told, count, work }, durationMs)];
}
