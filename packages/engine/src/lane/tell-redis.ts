import { setTimeout as pause } from 'node:timers/promises';
import { type Admission, admissionLimits } from '@holdfast/redis';
import type { Standing } from '@holdfast/domain';
import type { AskedGroup } from './early-refusal.ts';

/** Tells Redis how events stand after commits, in the background. */
export interface RedisTelling {
  /**
   * Of a group that was committed, whatever came of it; `standing` is `null` where nobody can tell.
   * Resolves, and never rejects, when no refusal from before the commit can be said any more: at once where
   * Redis knows of the commit, else, where seats may have come back, when the last one has run out.
   */
  tell(asked: AskedGroup, standing: Standing | null): Promise<void>;
  /** Resolves when there is nothing left to tell, and nobody waits for an answer because of it. */
  idle(): Promise<void>;
}

/**
 * @example
 * const telling = tellRedis(admission);
 * await telling.tell(asked, standing);
 */
export function tellRedis(admission: Pick<Admission, 'settle'>): RedisTelling {
  const underWay = new Set<Promise<void>>();

  /** Does Redis know now? A fence whose commands are in doubt stays: they may yet be written. */
  async function settle({ group, heard, fence }: AskedGroup, standing: Standing | null) {
    if (heard === null || standing === null) return false;
    try {
      await admission.settle(group.eventId, { standing, asOfMs: heard.asOfMs, fence });
      return true;
    } catch {
      // That Redis is away is said once, by who watches its health.
      return false;
    }
  }

  async function tellOrWait(asked: AskedGroup, standing: Standing | null): Promise<void> {
    if (await settle(asked, standing)) return;
    // Only who may have given something back waits for older refusals to run out.
    if (asked.mayGive.size > 0) await pause(admissionLimits.refusalDurationMaxMs);
  }

  return {
    async tell(asked, standing) {
      const telling = tellOrWait(asked, standing);
      underWay.add(telling);
      await telling;
      underWay.delete(telling);
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
