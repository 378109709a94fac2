import { CommitContended, commitGroups, createKnownEvents, openDatabase } from '@holdfast/data';
import { v7 } from 'uuid';
import { answerParent } from '../child.ts';

/** A process that calls `commit` straight, one group after the other: `node write.ts <databaseUrl>`. */
const [, , url = ''] = process.argv;
const groupSizeDefault = 50;
const known = createKnownEvents();
const opened = openDatabase({ url, applicationName: 'holdfast-bench-writer' });

export interface Written {
  readonly seatCount: number;
  /** Groups that were given up: others were faster, four times in a row, or had the event's row for too long. */
  readonly contendedCount: number;
  readonly tookMs: number;
  readonly latenciesMs: readonly number[];
}

/** Books on this event for so long, so many seats a commit. */
async function write(
  eventId: string,
  durationMs: number,
  groupSize = groupSizeDefault,
): Promise<Written> {
  const database = await opened;
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const latenciesMs: number[] = [];
  let [seatCount, contendedCount] = [0, 0];
  while (elapsedMs() < durationMs) {
    const commands = Array.from({ length: groupSize }, newClaim);
    const sentAtMs = elapsedMs();
    try {
      const [group] = commitGroups(database, [{ eventId, commands, isFirstAttempt: true }], known);
      const { outcomes = [] } = (await group) ?? {};
      seatCount += outcomes.filter(({ status }) => status === 'accepted').length;
      latenciesMs.push(elapsedMs() - sentAtMs);
    } catch (error) {
      if (!isContended(error)) throw error;
      contendedCount += 1;
    }
  }
  return { seatCount, contendedCount, tookMs: elapsedMs(), latenciesMs };
}

/** PostgreSQL says it itself where a disk that stalls keeps a row locked for over a second. */
function isContended(error: unknown): boolean {
  if (error instanceof CommitContended) return true;
  return error instanceof Error && 'code' in error && error.code === '55P03';
}

function newClaim() {
  return { type: 'book', bookingId: v7(), userId: v7(), quantity: 1 } as const;
}

const functions = { write };

export type WriterFunctions = typeof functions;

answerParent(functions);
