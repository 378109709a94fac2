import { cacheClock } from './cached-entry.ts';

/** A moment before which nothing was checked that may be served. */
export interface Floor {
  /** Something has changed just now. */
  raise(): void;
  /** Where the floor is. It moves when it is asked for, and once a period at most. */
  moment(): number;
}

/** @example const lists = createFloor(200) */
export function createFloor(periodMs: number): Floor {
  let floor = 0;
  let raisedAt = 0;
  return {
    raise() {
      raisedAt = cacheClock();
    },
    moment() {
      const now = cacheClock();
      if (raisedAt > floor && now - floor >= periodMs) floor = now;
      return floor;
    },
  };
}
