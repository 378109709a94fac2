import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '@holdfast/cli/parts';
import { missingChanges } from '../missing-changes.ts';
import type { LoosePair, Pair, Promotion } from './pair.ts';

interface PrimaryKilled {
  readonly fault: Fault;
  /** `null` until it has happened. */
  readonly promotion: () => Promotion | null;
}

/** Callers go on for a while as if nothing were wrong, while the standby hears nothing any more. */
const heldBackMs = 500;

/** The primary dies under load, and its standby takes its place. */
export function primaryKilled(pair: Pair): PrimaryKilled {
  let promotion: Promotion | null = null;
  const fault: Fault = {
    name: 'primary-kill',
    title: 'The primary is killed, and the standby takes its place',
    holdsMs: 0,
    stopsBookings: true,
    isSilent: true,
    recoveryMsMax: pair.recoveryMsMax,
    inject: async () => pair.killPrimary(),
    heal: async () => {
      promotion = await pair.failOver();
    },
    alsoHolds: missingChanges,
  };
  return { fault, promotion: () => promotion };
}

/**
 * The same, and nothing reaches the standby for half a second before: what is acknowledged then is certainly
 * lost where commits do not wait for it.
 */
export function primaryKilledUnheard(pair: LoosePair): PrimaryKilled {
  const { fault, promotion } = primaryKilled(pair);
  return {
    fault: {
      ...fault,
      title: 'The primary is killed, half a second after the standby has heard the last of it',
      inject: async (scene) => {
        pair.holdBackStream();
        await sleep(heldBackMs);
        await fault.inject(scene);
      },
    },
    promotion,
  };
}
