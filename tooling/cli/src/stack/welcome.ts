import { newId } from '@holdfast/client';
import { countOf, type Layout, tokenMint } from '@holdfast/command';
import { codeLifetimeMs } from '../development/codes.ts';
import { linkTo, salePath } from '../development/link.ts';
import { stormUserCount } from '../development/storm.ts';
import { openEvent, organizerClient } from '../load/target.ts';
import { adminUrlOf } from './api-and-worker.ts';
import type { Stack } from './stack.ts';

const expiresInSeconds = 24 * 60 * 60;

/** Half of a storm is sold, and half is refused. */
const sampleSeatCount = stormUserCount / 2;

/** What `start` prints when all is up: a link, where, with which tokens, and a command that works as it is. */
export async function welcomeText(stack: Stack, layout: Layout): Promise<string> {
  const { url } = stack;
  const mint = tokenMint(stack.tokens);
  // Somebody new at each start: an event lets a user book once, and the command has to work again.
  const user = mint({ userId: `developer-${newId().slice(-6)}`, role: 'user', expiresInSeconds });
  const organizer = mint({ userId: 'organizer', role: 'organizer', expiresInSeconds });
  const sample = await sampleEvent(stack);
  const { eventId } = sample;
  const body = JSON.stringify({ eventId, bookingId: newId(), quantity: 1 });
  const question = encodeURIComponent(JSON.stringify({ eventId }));
  return [
    '',
    `Holdfast runs at ${layout.style('bold', url)}  (Ctrl-C stops it)`,
    '',
    ...linkLines(stack, sample, layout),
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

/** The one link, and what is to be seen there; nothing in production, or without pages. */
function linkLines({ door, url }: Stack, sample: Sample, layout: Layout): readonly string[] {
  if (door === null) return [];
  const minutes = countOf(codeLifetimeMs / 60_000, 'minute');
  const { title, isNew, free } = sample;
  const made = isNew ? 'was made for you' : 'is on sale';
  return [
    'Open this in a browser: it signs you in, as an organizer and as a buyer',
    `  ${layout.style('bold', linkTo(url, salePath(sample.eventId), door.issueCode()))}`,
    `  It works once, within ${minutes}. A new one: pnpm start, in another terminal`,
    `  A sample event ${made}: ${title}, with ${countOf(free, 'free seat')}. A button`,
    `  there sends ${countOf(stormUserCount, 'buyer')} at it.`,
    '',
  ];
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

interface Sample {
  readonly eventId: string;
  readonly title: string;
  readonly free: number;
  readonly isNew: boolean;
}

/** An event that has seats to sell, of the organizer's own where somebody can sign in as that; made when there is none. */
async function sampleEvent(stack: Stack): Promise<Sample> {
  const { event } = organizerClient(stack);
  const list = { onlyAvailable: true, limit: 1 };
  const { items } = await event.list(stack.door === null ? list : { ...list, mine: true });
  const [found] = items;
  if (found !== undefined) {
    const { id: eventId, title, availableSeats: free } = found;
    return { eventId, title, free, isNew: false };
  }
  const eventId = await openEvent(stack, { seatCount: sampleSeatCount });
  return { eventId, title: 'Opening night', free: sampleSeatCount, isNew: true };
}
