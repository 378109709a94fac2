import { AttemptFailed } from './failure.ts';
import { canonicalId } from './ids.ts';
import type { EventUpdate } from './event-update.ts';
import { isObject } from './read-failure.ts';
import type { RetryOptions } from './retry-options.ts';
import { openStream, type StreamSource } from './stream.ts';
import { streamAgain, type WatchOptions } from './stream-again.ts';
import type { NamedEventUpdate } from './wire.ts';

export interface WatchInput {
  readonly eventId: string;
  /** The last version that the caller knows: what came after it comes first. Default: none. */
  readonly afterVersion?: number | undefined;
}

/** Several events over one connection: a browser has six to a host, over HTTP/1.1. */
export interface WatchSeveralInput {
  /** Distinct; 20 at most. */
  readonly eventIds: readonly string[];
  /** The last versions that the caller knows, by event. */
  readonly afterVersions?: Readonly<Record<string, number>> | undefined;
}

/** Watches an event, or several: see EventCalls. */
export interface Watch {
  (input: WatchInput, options?: WatchOptions): AsyncIterable<EventUpdate>;
  (input: WatchSeveralInput, options?: WatchOptions): AsyncIterable<NamedEventUpdate>;
}

/** A watch that outlives its connections: see streamAgain. */
export function createWatch(source: StreamSource, retry: RetryOptions): Watch {
  function open(input: WatchInput, options?: WatchOptions): AsyncIterable<EventUpdate>;
  function open(input: WatchSeveralInput, options?: WatchOptions): AsyncIterable<NamedEventUpdate>;
  function open(
    input: WatchInput | WatchSeveralInput,
    options: WatchOptions = {},
  ): AsyncIterable<Message> {
    return watch({ source, retry }, progressOf(input), options);
  }
  return open;
}

function watch(
  { source, retry }: { readonly source: StreamSource; readonly retry: RetryOptions },
  progress: Progress,
  options: WatchOptions,
): AsyncGenerator<Message> {
  return streamAgain((ends) => updatesAfter(source, progress, ends), retry, options);
}

/** How far a watch has come: the last version of each event that its caller was told. */
interface Progress {
  readonly eventIds: readonly string[];
  /** Several were asked for, so updates say which one they are of. */
  readonly isNamed: boolean;
  readonly versions: Map<string, number>;
}

function progressOf(input: WatchInput | WatchSeveralInput): Progress {
  if ('eventIds' in input) {
    const eventIds = input.eventIds.map(canonicalId);
    const known = Object.entries(input.afterVersions ?? {});
    const versions = known.map(([id, version]) => [canonicalId(id), version] as const);
    return { eventIds, isNamed: true, versions: new Map(versions) };
  }
  const { eventId, afterVersion } = input;
  const versions = new Map(afterVersion === undefined ? [] : [[eventId, afterVersion]]);
  return { eventIds: [eventId], isNamed: false, versions };
}

function inputFrom({ eventIds, isNamed, versions }: Progress) {
  const asked = isNamed ? { eventIds } : { eventId: eventIds[0] };
  if (versions.size === 0) return asked;
  return { ...asked, lastEventId: eventIds.map((id) => versions.get(id) ?? '').join('.') };
}

/** What one connection brings that is new to who has come so far. Notes how far that is. */
async function* updatesAfter(
  source: StreamSource,
  progress: Progress,
  { signal, onOpen }: { readonly signal: AbortSignal; readonly onOpen: WatchOptions['onOpen'] },
): AsyncGenerator<EventUpdate & { readonly eventId?: string }> {
  const request = { path: 'event.watch', input: inputFrom(progress), onOpen };
  for await (const message of openStream(source, request, signal)) {
    const update = checkUpdate(message, progress);
    const eventId = update.eventId ?? progress.eventIds[0] ?? '';
    const news = newIn(update, progress.versions.get(eventId) ?? null);
    const version = news?.changes.at(-1)?.version;
    if (news === null || version === undefined) continue;
    progress.versions.set(eventId, version);
    yield news;
  }
}

type Message = EventUpdate & { readonly eventId?: string };

function checkUpdate(message: unknown, { isNamed, eventIds }: Progress): Message {
  const isOurs =
    isUpdate(message) && (!isNamed || (message.eventId && eventIds.includes(message.eventId)));
  if (isOurs) return message;
  throw new AttemptFailed({ fault: 'bad_answer', message: 'No Holdfast api says such things.' });
}

/** What of an update is new to who knows this version; `null`: nothing. */
function newIn(update: Message, known: number | null): Message | null {
  if (update.restarted || known === null) return update;
  const changes = update.changes.filter(({ version }) => version > known);
  return changes.length === 0 ? null : { ...update, changes };
}

function isUpdate(message: unknown): message is Message {
  return (
    isObject(message) &&
    typeof message['restarted'] === 'boolean' &&
    Array.isArray(message['changes']) &&
    message['changes'].every((change) => isObject(change) && Number.isInteger(change['version']))
  );
}
