import { createHoldfastClient, newId } from '@holdfast/client';
import { type Layout, tokenMint } from '@holdfast/command';
import { openEvent } from '../load/target.ts';
import { adminUrlOf } from './api-and-worker.ts';
import type { Stack } from './stack.ts';

const expiresInSeconds = 24 * 60 * 60;
const exampleSeatCount = 100;

/** What `start` prints when all is up: where, with which tokens, and a command that works as it is. */
export async function welcomeText(stack: Stack, layout: Layout): Promise<string> {
  const { url } = stack;
  const mint = tokenMint(stack.tokens);
  // Somebody new at each start: an event lets a user book once, and the command has to work again.
  const user = mint({ userId: `developer-${newId().slice(-6)}`, role: 'user', expiresInSeconds });
  const organizer = mint({ userId: 'organizer', role: 'organizer', expiresInSeconds });
  const eventId = await exampleEvent(stack, user);
  const body = JSON.stringify({ eventId, bookingId: newId(), quantity: 1 });
  const question = encodeURIComponent(JSON.stringify({ eventId }));
  return [
    '',
    `Holdfast runs at ${layout.style('bold', url)}  (Ctrl-C stops it)`,
    '',
    'Tokens, valid for a day (more: pnpm holdfast token --help)',
    `  user       ${user}`,
    `  organizer  ${organizer}`,
    '',
    'Book a seat. Repeat it: the same booking comes back, never a second one.',
    `curl -s ${url}/trpc/booking.book \\`,
    `  -H 'authorization: Bearer ${user}' \\`,
    "  -H 'content-type: application/json' \\",
    `  -d '${body}'`,
    '',
    'See the event, then check every promise:',
    `curl -s '${url}/trpc/event.get?input=${question}'`,
    'pnpm holdfast audit',
    '',
    ...adminLines(stack),
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

/** An event that has seats to sell; made when there is none. */
async function exampleEvent(stack: Stack, token: string): Promise<string> {
  const { event } = createHoldfastClient({ url: stack.url, token });
  const { items } = await event.list({ onlyAvailable: true, limit: 1 });
  return items[0]?.id ?? (await openEvent(stack, { seatCount: exampleSeatCount }));
}
