import type { BookingAnswer } from '@holdfast/api';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';

export interface Claim {
  readonly eventId: string;
  readonly bookingId: string;
  readonly userId: string;
  readonly quantity: number;
}

/** What a way of its own works on: the same tables and the same servers as Holdfast. */
export interface Ground {
  readonly pool: Pool;
  /** For a way that needs connections with settings of its own. */
  readonly databaseUrl: string;
  readonly redis: Redis;
  /** Begins the way's keys in Redis. */
  readonly prefix: string;
}

export interface Booker {
  book(claim: Claim): Promise<BookingAnswer>;
  /** Called when new events are on sale, before anybody books. */
  prepare?(): Promise<void>;
}

/** A way to book seats, to be compared with others. */
export interface Way {
  readonly name: string;
  readonly title: string;
  /** Does it promise never to oversell? Then the bench fails where it does. */
  readonly claimsSafe: boolean;
  /**
   * Of a way that keeps its free seats elsewhere than in the row of an event: how many of its rows
   * disagree with the bookings. Stands for I2, which is about that row.
   */
  readonly countWrong?: (pool: Pool, eventIds: readonly string[]) => Promise<number>;
  /**
   * Holdfast itself, with Redis or without, called as our client does, by plain HTTP, or by orders; or a way
   * of its own behind the same server.
   */
  readonly server:
    | {
        readonly type: 'holdfast';
        readonly admission: boolean;
        readonly calls: 'book' | 'rest' | 'order';
      }
    | { readonly type: 'own'; open(ground: Ground): Booker };
}
