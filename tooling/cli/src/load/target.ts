import {
  type CreateEventInput,
  createHoldfastClient,
  type EventAnswer,
  type HoldfastClient,
  type HoldfastClientOptions,
  HoldfastError,
  newId,
} from '@holdfast/client';
import { type TokenIssuer, tokenMint, UsageError } from '@holdfast/command';
import type { Env } from '../env.ts';
import { withDatabase } from '../servers/database.ts';

/** A running Holdfast that a load can be put on, and whose database can be looked into. */
export interface Target {
  /** The api, or the first of its processes, without `/trpc`. */
  readonly url: string;
  /** All addresses of the api, `url` first: one a process, unless they share a port. */
  readonly urls: readonly string[];
  readonly databaseUrl: string;
  readonly tokens: TokenIssuer;
  /** What only its own stack knows of it; `null` of a Holdfast that runs elsewhere. */
  readonly inside: Inside | null;
}

/** The inside of a stack: where the admission's state is, and who answers `/metrics`. */
export interface Inside {
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
  return { url, urls: [url], databaseUrl, tokens: { secret, issuer, audience }, inside: null };
}

/**
 * Throws, with the fix, where nobody answers at a target's url, its tokens are not accepted, or
 * its database is away: better before a load than after it.
 */
export async function expectReachable(target: Target): Promise<void> {
  try {
    await organizerClient(target).event.list({ mine: true, limit: 1 });
  } catch (error) {
    const isStranger = error instanceof HoldfastError && error.fault === 'unauthenticated';
    throw isStranger ? new Error('AUTH_SECRET is not that of the api.', { cause: error }) : error;
  }
  await withDatabase({ url: target.databaseUrl }, (database) => database.ping());
}

const monthMs = 30 * 24 * 60 * 60 * 1_000;

/** An event to be put on sale. A policy that is left out is the api's default: one booking a user. */
interface EventPlan {
  readonly seatCount: number;
  readonly policy?: CreateEventInput['policy'];
}

/** Puts an event on sale, as an organizer would, through the client. Gives its id. */
export async function openEvent(target: Target, plan: EventPlan): Promise<string> {
  const { event } = organizerClient(target);
  const eventId = newId();
  const date = new Date(Date.now() + monthMs).toISOString();
  expectAccepted(await event.create({ eventId, title: 'Opening night', date, ...plan }));
  expectAccepted(await event.open({ eventId }));
  return eventId;
}

/** The client of who makes the events of a load. */
export function organizerClient(
  { url, tokens }: Target,
  options: Pick<HoldfastClientOptions, 'fetch' | 'retry'> = {},
): HoldfastClient {
  const claims = { userId: 'organizer', role: 'organizer', expiresInSeconds: 3_600 } as const;
  return createHoldfastClient({ url, token: tokenMint(tokens)(claims), ...options });
}

function expectAccepted(answer: EventAnswer<'create' | 'open'>): void {
  if (answer.status === 'refused') throw new Error(answer.message);
  if (answer.status === 'unknown') throw new Error('The api does not know whether it was done.');
}
