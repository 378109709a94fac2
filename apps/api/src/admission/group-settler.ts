import type { Ask, Settled } from '@holdfast/admission';
import type { Standing } from '@holdfast/domain';
import type { Submission } from '../commit/api-committer.ts';
import type { ApiOutcome } from './entrance.ts';
import type { Lanes } from './lanes.ts';
import type { AdmissionCalls } from './metered-admission.ts';
import { type FenceEnd, leasesOf, type Pass } from './pass.ts';
import { isPlentyForAnybody } from './plenty.ts';

/** A group that is being committed. Exactly one of the two is called, once. */
export interface GroupInFlight {
  /** It is over: one outcome a command. Without a standing nobody can tell how the event stands. */
  committed(outcomes: readonly ApiOutcome[], standing: Standing | null): void;
  /** It is over, and nothing was written. */
  failed(): void;
}

/** Tells Redis what became of each group, in the background. */
export interface GroupSettler {
  /** A commit begins: from here on it answers for the passes of its commands. */
  begin(eventId: string, submissions: readonly Submission[]): GroupInFlight;
  /** Resolves when there is nothing left to tell. */
  idle(): Promise<void>;
}

/** The settler without Redis. */
export const nothingToSettle: GroupSettler = {
  begin: () => ({ committed() {}, failed() {} }),
  idle: async () => {},
};

interface SettlerOptions {
  readonly admission: AdmissionCalls;
  readonly lanes: Lanes;
  /** Leases in one call, at most. */
  readonly askCountMax: number;
}

/**
 * One settlement a group, after its callers were answered: PostgreSQL grants, so nobody waits for
 * Redis to hear of it.
 *
 * @example const settler = createGroupSettler({ admission, lanes, askCountMax: 500 })
 */
export function createGroupSettler(options: SettlerOptions): GroupSettler {
  const { lanes } = options;
  const telling = new Set<Promise<void>>();

  async function tell(eventId: string, passes: readonly Pass[], told: Promise<Settled | null>) {
    const settled = await told.catch(() => null);
    lanes.find(eventId)?.groupOut(passes, settled);
  }

  return {
    begin(eventId, submissions) {
      const passes = submissions.flatMap(({ pass }) => pass ?? []);
      for (const pass of passes) pass.isTaken = true;
      // Heard before the load: a no that rests on it ends sooner than it might, and never later.
      const asOfMs = lanes.find(eventId)?.asOfMs(performance.now()) ?? 0;
      const end = (told: Promise<Settled | null>) => {
        const fences = endOfFences(passes, told);
        for (const pass of passes) pass.fences = fences;
        const done = tell(eventId, passes, told).finally(() => telling.delete(done));
        telling.add(done);
      };
      return {
        committed(outcomes, standing) {
          const leases = leasesOf(passes);
          const isWaitedFor = (lanes.find(eventId)?.waitingCount ?? 0) > 0;
          if (
            leases.length === 0 &&
            isNotWorthTelling({ asOfMs, outcomes, standing, isWaitedFor })
          ) {
            if (passes.length > 0) end(Promise.resolve(null));
          } else if (standing !== null) {
            end(settle(options, eventId, { standing, asOfMs, leases }));
          } else {
            end(release(options, eventId, leasesOf(passesOver(submissions, outcomes))));
          }
        },
        failed: () => end(release(options, eventId, leasesOf(passes))),
      };
    },
    async idle() {
      while (telling.size > 0) await Promise.all(telling);
    },
  };
}

async function endOfFences(
  passes: readonly Pass[],
  told: Promise<Settled | null>,
): Promise<FenceEnd> {
  const settled = await told.catch(() => null);
  if (settled === null) return 'untold';
  // Where one that Redis may not know of is among them, nobody can tell which of them stood.
  const raisedCount = passes.filter(({ ask }) => ask.quantity === 0).length;
  return settled.fenceCount < raisedCount ? 'lost' : 'stood';
}

interface Told {
  readonly asOfMs: number;
  readonly outcomes: readonly ApiOutcome[];
  readonly standing: Standing | null;
  /** Somebody waits for what Redis says next. */
  readonly isWaitedFor: boolean;
}

/**
 * Of a group that holds nothing in Redis. Where it took seats and left plenty, nobody could be
 * refused by knowing so. Where all were refused nothing was written, and if nobody knows
 * what time it was for Redis, telling it would only shorten the no that it has.
 */
function isNotWorthTelling({ asOfMs, outcomes, standing, isWaitedFor }: Told): boolean {
  if (isWaitedFor) return false;
  const isPlenty = standing !== null && isPlentyForAnybody(standing);
  return isPlenty || (asOfMs === 0 && outcomes.every(isRefused));
}

function isRefused({ status }: ApiOutcome): boolean {
  return status === 'refused';
}

/**
 * The passes of commands that are known to be over. A fence whose command is in doubt stays until it
 * lapses: a server that was only slow may yet give its seats back.
 */
function passesOver(
  submissions: readonly Submission[],
  outcomes: readonly ApiOutcome[],
): readonly Pass[] {
  return submissions.flatMap(({ pass }, index) => {
    const mayComeYet = pass?.type === 'fence' && outcomes[index]?.status === 'unknown';
    return pass === null || mayComeYet ? [] : pass;
  });
}

interface Telling {
  readonly standing: Standing;
  readonly asOfMs: number;
  readonly leases: readonly Ask[];
}

/** In as many calls as the leases need; the last answer holds, of all fences. */
async function settle(
  { admission, askCountMax }: SettlerOptions,
  eventId: string,
  { leases, ...seen }: Telling,
): Promise<Settled> {
  let settled = await admission.settle(eventId, { ...seen, leases: leases.slice(0, askCountMax) });
  for (let start = askCountMax; start < leases.length; start += askCountMax) {
    const part = leases.slice(start, start + askCountMax);
    const { fenceCount } = settled;
    settled = await admission.settle(eventId, { ...seen, leases: part });
    settled = { ...settled, fenceCount: settled.fenceCount + fenceCount };
  }
  return settled;
}

/** Gives back, in as many calls as it needs. Answers nothing that could decide anybody. */
async function release(
  { admission, askCountMax }: SettlerOptions,
  eventId: string,
  leases: readonly Ask[],
): Promise<null> {
  for (let start = 0; start < leases.length; start += askCountMax) {
    await admission.release(eventId, leases.slice(start, start + askCountMax));
  }
  return null;
}
