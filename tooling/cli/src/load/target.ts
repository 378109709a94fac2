import {
  type CreateEventInput,
  createHoldfastClient,
  type EventAnswer,
  type HoldfastClient,
  HoldfastError,
  newId,
} from '@holdfast/client';
import type { Env } from './env.ts';
import { UsageError } from './failure.ts';
import type { Buyer } from './load/load.ts';
import { type TokenIssuer, tokenMint } from './token.ts';
import { withDatabase } from './with-database.ts';

/** A running Holdfast that a load can be put on, and whose database can be looked into. */
export interface Target {
  /** The api, or the first of its processes, without `/trpc`. */
  readonly url: string;
  /** All addresses of the api, `url` first: one a process, unless they share a port. */
  readonly urls: readonly string[];
  readonly databaseUrl: string;
  /** Mints tokens that the api accepts. */
  readonly tokens: TokenIssuer;
  /** What only its own stack knows of it; `null` of a Holdfast that runs elsewhere. */
  readonly inside: Inside | null;
}

/** The inside of a stack: where the admission's state is, and who answers `/metrics`. */
export interface Inside {
  /** `null`: without Redis, so without admission. */
  readonly redisUrl: string | null;
  readonly redisPrefix: string;
  readonly adminToken: string;
  /** The admin server of each api process that has one, as of now: a restart changes it. */
  readonly apiAdminUrls: () => readonly string[];
  /** The processes that have ended by themselves until now, by name. */
  readonly died: () => readonly string[];
}

/** A Holdfast that runs elsewhere. Throws UsageError where the environment does not say enough. */
export function runningTarget(url: string, env: Env): Target {
  const { authSecret: secret, databaseUrl, authIssuer: issuer, authAudience: audience } = env;
  if (secret === null) {
    throw new UsageError(
      "--url needs AUTH_SECRET in the environment, to mint the users' tokens. Set it to the api's.",
    );
  }
  if (databaseUrl === null) {
    throw new UsageError(
      "--url needs DATABASE_URL in the environment, for the audit. Set it to the api's database.",
    );
  }
  const tokens = { secret, issuer, audience };
  return { url, urls: [url], databaseUrl, tokens, inside: null };
}

/**
 * Throws, with the mend, where nobody answers at a target's url, its tokens are not accepted, or
 * its database is away: better before a load than after it.
 */
export async function expectReachable(target: Target): Promise<void> {
  const { event } = await organizerClient(target);
  try {
    await event.list({ mine: true, limit: 1 });
  } catch (error) {
    const isStranger = error instanceof HoldfastError && error.fault === 'unauthenticated';
    throw isStranger ? new Error('AUTH_SECRET is not that of the api.', { cause: error }) : error;
  }
  await withDatabase({ url: target.databaseUrl }, (database) => database.ping());
}

const dayMs = 24 * 60 * 60 * 1_000;

/** Tokens live longer than any load. */
const tokenLifeSeconds = 3_600;

/** Signatures under way at once: jose signs on the thread pool, four threads wide. */
const mintBatchSize = 500;

/** An event to be put on sale. A policy that is left out is the api's default. */
export interface EventPlan {
  readonly title: string;
  readonly seatCount: number;
  readonly policy?: CreateEventInput['policy'];
}

/**
 * Puts an event on sale, as an organizer would, through the client: by default one booking a user,
 * a month from now. Gives its id.
 */
export function openEvent(target: Target, title: string, seatCount: number): Promise<string> {
  return openPlannedEvent(target, { title, seatCount });
}

/** As `openEvent`, of an event with a policy of its own. */
export async function openPlannedEvent(target: Target, plan: EventPlan): Promise<string> {
  const { event } = await organizerClient(target);
  const eventId = newId();
  const date = new Date(Date.now() + 30 * dayMs).toISOString();
  expectAccepted(await event.create({ eventId, date, ...plan }));
  expectAccepted(await event.open({ eventId }));
  return eventId;
}

async function organizerClient({ url, tokens }: Target): Promise<HoldfastClient> {
  const token = await tokenMint(tokens)({
    userId: 'organizer',
    role: 'organizer',
    expiresInSeconds: tokenLifeSeconds,
  });
  return createHoldfastClient({ url, token });
}

function expectAccepted(answer: EventAnswer<'create' | 'open'>): void {
  if (answer.status === 'refused') throw new Error(answer.message);
  if (answer.status === 'unknown') throw new Error('The api does not know whether it was done.');
}

/** Makes buyers: for each a user, a token of its own, and the id of the booking it will ask for. */
export async function makeBuyers(target: Target, count: number): Promise<readonly Buyer[]> {
  const mint = tokenMint(target.tokens);
  const buyer = async (): Promise<Buyer> => {
    const userId = newId();
    const token = await mint({ userId, role: 'user', expiresInSeconds: tokenLifeSeconds });
    return { userId, token, bookingId: newId() };
  };
  const buyers: Buyer[] = [];
  while (buyers.length < count) {
    const size = Math.min(mintBatchSize, count - buyers.length);
    buyers.push(...(await Promise.all(Array.from({ length: size }, buyer))));
  }
  return buyers;
}
