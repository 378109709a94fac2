import { createHoldfastClient, newId } from '@holdfast/client';
import type { Role } from '@holdfast/process';
import type { Paper } from './paper.ts';
import { adminUrlOf } from './grounds.ts';
import type { Stack } from './stack.ts';
import { openEvent, type Target } from './target.ts';
import { tokenMint } from './token.ts';

const tokenLifeSeconds = 24 * 60 * 60;
const exampleSeatCount = 100;

/** What `start` prints when all is up: where, with which tokens, and a command that works as it is. */
export async function welcomeText(target: Stack, paper: Paper): Promise<string> {
  const token = (userId: string, role: Role) =>
    tokenMint(target.tokens)({ userId, role, expiresInSeconds: tokenLifeSeconds });
  // Somebody new at each start: an event lets a user book once, and the command has to work again.
  const user = await token(`developer-${newId().slice(-6)}`, 'user');
  const organizer = await token('organizer', 'organizer');
  const eventId = await exampleEvent(target, user);
  return [
    '',
    `Holdfast runs at ${paper.style('bold', target.url)}  (Ctrl-C stops it)`,
    '',
    'Tokens, valid for a day (more: pnpm holdfast token --help)',
    `  user       ${user}`,
    `  organizer  ${organizer}`,
    '',
    'Book a seat. Repeat it: the same booking comes back, never a second one.',
    bookingCommand(target.url, user, { eventId, bookingId: newId(), quantity: 1 }),
    '',
    'See the event, then check every promise:',
    `curl -s '${target.url}/trpc/event.get?input=${encodeURIComponent(JSON.stringify({ eventId }))}'`,
    'pnpm holdfast audit',
    '',
    ...adminLines(target),
  ].join('\n');
}

/** Where metrics and jobs can be looked at, by nobody else: the token is new with each start. */
function adminLines({ apis, worker, adminToken }: Stack): readonly string[] {
  const places = [...apis, worker].flatMap(({ name, child }) => {
    const url = adminUrlOf(child);
    return url === null ? [] : [`  ${name.padEnd(9)}  ${url}/metrics`];
  });
  if (places.length === 0) return [];
  const access = `  password   ${adminToken}  (any user name)`;
  return ['Metrics, and the jobs at /queues of the worker', ...places, access, ''];
}

function bookingCommand(url: string, token: string, body: object): string {
  return [
    `curl -s ${url}/trpc/booking.book`,
    `  -H 'authorization: Bearer ${token}'`,
    "  -H 'content-type: application/json'",
    `  -d '${JSON.stringify(body)}'`,
  ].join(' \\\n');
}

/** An event that has seats to sell; made when there is none. */
async function exampleEvent(target: Target, token: string): Promise<string> {
  const { event } = createHoldfastClient({ url: target.url, token });
  const { items } = await event.list({ onlyAvailable: true, limit: 1 });
  return items[0]?.id ?? (await openEvent(target, 'Opening night', exampleSeatCount));
}
