import type { LiveUpdate } from '@holdfast/engine';
import type { FaultOnWire } from '../src/http/faults.ts';

/** One message of a stream. */
interface Message {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

interface Watching {
  readonly lastEventId?: string | number;
  readonly token?: string;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The address of a watch. */
export function watchUrl(url: string, eventId: string, lastEventId?: string | number): string {
  const input = { eventId, ...(lastEventId !== undefined && { lastEventId: `${lastEventId}` }) };
  return `${url}/trpc/event.watch?input=${encodeURIComponent(JSON.stringify(input))}`;
}

/** Reads a watch as it comes, as a browser's EventSource would. */
export async function* messagesOf(
  url: string,
  eventId: string,
  { lastEventId, token, signal, headers = {} }: Watching = {},
): AsyncGenerator<Message> {
  const response = await fetch(watchUrl(url, eventId, lastEventId), {
    headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    signal: signal ?? null,
  });
  if (!response.ok) {
    const { error } = (await response.json()) as { readonly error: FaultOnWire };
    throw new Error(error.data.fault);
  }
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n\n');
    text = blocks.pop() ?? '';
    yield* blocks.map(parse);
  }
}

function parse(block: string): Message {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  return {
    event: field('event') ?? 'message',
    id: field('id') ?? null,
    data: field('data') ?? '',
  };
}

/** The updates of a watch; ends with its fault, thrown as its code. */
export async function* updatesOf(
  url: string,
  eventId: string,
  watching: Watching = {},
): AsyncGenerator<LiveUpdate> {
  for await (const { event, data } of messagesOf(url, eventId, watching)) {
    if (event === 'message') yield JSON.parse(data) as LiveUpdate;
    if (event === 'serialized-error') {
      throw new Error((JSON.parse(data) as FaultOnWire).data.fault);
    }
  }
}

/** Every version that comes until this one is there. */
export async function versionsUntil(
  updates: AsyncIterator<LiveUpdate>,
  last: number,
): Promise<readonly number[]> {
  const versions: number[] = [];
  while ((versions.at(-1) ?? 0) < last) {
    const { value, done } = await updates.next();
    if (done === true) throw new Error(`It ended after ${versions.at(-1)}.`);
    versions.push(...value.changes.map(({ version }) => version));
  }
  return versions;
}
