import type { ServiceHandle } from '@holdfast/services';
import type { Stack } from '../stack/stack.ts';
import type { Random } from '@holdfast/command/random-from';
import type { Stage } from './stage.ts';

export interface Scene {
  readonly stack: Stack;
  readonly stage: Stage;
  readonly random: Random;
}

export interface Fault {
  readonly name: string;
  /** What happens, for people, as a sentence without its full stop. */
  readonly title: string;
  /** Makes it go wrong. May take its time where a fault is a series of blows. */
  inject(scene: Scene): Promise<void>;
  /** Takes the cause away; what has to fix itself must not be fixed here. */
  heal(scene: Scene): Promise<void>;
  readonly holdsMs: number;
  /** Nothing can be booked while it holds. Left out: bookings have to go on. */
  readonly stopsBookings?: boolean;
  /** Nobody hears that anything is wrong: clients wait as long as they do by default. Left out: as short as in chaos. */
  readonly isSilent?: boolean;
  /** The longest that the service may take to recover, from the end of the fault. */
  readonly recoveryMsMax: number;
  /** Looks while it is wrong. Answers a sentence for each thing that does not hold. */
  whileItHolds?(scene: Scene): Promise<readonly string[]>;
  /** Looks once the load is over. Answers a sentence for each thing that does not hold. */
  alsoHolds?(scene: Scene): Promise<readonly string[]>;
}

/** Recovery after nothing was lost. */
export const recoveryMsMax = 3_000;

/** Recovery after Redis has lost what it knew. */
export const recoveryAfterLossMsMax = 10_000;

/** The Redis of the stack, to be killed. @throws Error where the stack has none of its own */
export function redisOf({ stack }: Scene): ServiceHandle {
  const { redis } = stack.services;
  if (redis === null) throw new Error('This fault needs a Redis of its own.');
  return redis;
}

/** Its address. @throws Error as `redisOf` */
export function redisUrlOf({ stack }: Scene): string {
  if (stack.redisUrl === null) throw new Error('This fault needs a Redis.');
  return stack.redisUrl;
}
