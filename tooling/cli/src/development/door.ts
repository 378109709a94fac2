import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { tokenMint } from '@holdfast/command';
import { type JsonObject, parseObject, textMember } from '../json-object.ts';
import type { Target } from '../load/target.ts';
import { newSecret } from '../stack/secret.ts';
import { type Codes, createCodes } from './codes.ts';
import { createStorm } from './storm.ts';

/**
 * The development door: what pages can do only where somebody tries Holdfast on their own machine. It listens in the
 * process that starts the apis, because what it keeps must be one for all of them, and outlive one that is
 * started again. Only these apis know its secret; pages reach it through them.
 */
export interface Door {
  readonly url: string;
  readonly secret: string;
  /** From now on it answers; before that, nothing is there that it could open. */
  serve(target: Target): void;
  /** A new code for a link. */
  issueCode(): string;
  /** Ends what is under way. Repeatable. */
  close(): Promise<void>;
}

const askTimeoutMs = 2_000;

/** What is asked for is a code or an id. */
const bodyLengthMax = 1_000;

type Answer = readonly [status: number, body: object];
type Answerer = (asked: JsonObject | null) => Promise<Answer>;

const linkPath = '/link';

const nothing: Answer = [404, { status: 'refused', reason: 'nothing_here' }];

/**
 * Opens the door on a free port of this machine.
 *
 * @example
 * const door = await openDoor();
 * // DEVELOPMENT_DOOR_URL=door.url DEVELOPMENT_DOOR_SECRET=door.secret starts an api with it
 */
export async function openDoor(): Promise<Door> {
  const secret = newSecret();
  const codes = createCodes();
  let answerers = new Map<string, Answerer>();
  const server = createServer((request, response) => {
    const answerer = isFromApi(request, secret) ? answerers.get(request.url ?? '') : undefined;
    void answer(request, response, answerer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // It keeps nothing from ending.
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The door has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    secret,
    serve(target) {
      answerers = answerersFor(target, codes);
    },
    issueCode: () => codes.issue(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isFromApi({ method, headers }: IncomingMessage, secret: string): boolean {
  const isRight = timingSafeEqual(
    digestOf(headers.authorization ?? ''),
    digestOf(`Bearer ${secret}`),
  );
  return isRight && method === 'POST';
}

/** Digests have one length, so that to compare them tells nothing of the secret's. */
function digestOf(header: string): Buffer {
  return createHash('sha256').update(header).digest();
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  answerer: Answerer | undefined,
): Promise<void> {
  const [status, body] = await reply(request, answerer).catch((): Answer => {
    return [500, { status: 'failed', message: 'The development door could not do that.' }];
  });
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function reply(request: IncomingMessage, answerer: Answerer | undefined): Promise<Answer> {
  if (answerer === undefined || !(Number(request.headers['content-length']) <= bodyLengthMax)) {
    return nothing;
  }
  return await answerer(parseObject(await text(request)));
}

function answerersFor(target: Target, codes: Codes): Map<string, Answerer> {
  const storm = createStorm(target);
  return new Map<string, Answerer>([
    // The api passes on what begins with /dev/ alone: this is for commands of whoever has started it.
    [linkPath, async () => [200, { code: codes.issue() }]],
    ['/dev/sign-in', async (asked) => signIn(target, codes, textMember(asked, 'code'))],
    [
      '/dev/storm',
      async (asked) => {
        const answered = await storm(textMember(asked, 'eventId') ?? '');
        return [answered.status === 'over' ? 200 : 409, answered];
      },
    ],
  ]);
}

/** As long as a day of trying it. */
const tokenLifeSeconds = 24 * 60 * 60;

/** Those whom a developer can be: who sells comes first. */
const people = [
  { userId: 'organizer', role: 'organizer' },
  { userId: 'developer', role: 'user' },
] as const;

function signIn({ tokens: issuer }: Target, codes: Codes, code: string | null): Answer {
  if (code === null || !codes.spend(code)) {
    return [
      409,
      { status: 'refused', reason: 'code_not_valid', message: 'The link is used up or too old.' },
    ];
  }
  const mint = tokenMint(issuer);
  const tokens = people.map((person) => mint({ ...person, expiresInSeconds: tokenLifeSeconds }));
  return [200, { status: 'signed_in', tokens }];
}

/** The page on which an event is watched as it sells. */
export function salePath(eventId: string): string {
  return `/organize/events/${eventId}/live`;
}

/** Where a link leads that signs in there: the code stands where no server is sent it, and no log has it. */
export function linkTo(url: string, path: string, code: string): string {
  return `${url}${path}#code=${code}`;
}

/**
 * Asks the door of a Holdfast that runs for a code.
 *
 * @returns `null` where it does not answer
 */
export async function askForCode({
  url,
  secret,
}: Pick<Door, 'url' | 'secret'>): Promise<string | null> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(askTimeoutMs);
  const asked = { method: 'POST', headers, body: '{}', signal };
  const response = await fetch(new URL(linkPath, url), asked).catch(() => null);
  return response?.ok ? textMember(parseObject(await response.text()), 'code') : null;
}
