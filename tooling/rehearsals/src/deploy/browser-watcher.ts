import { connect } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventUpdate } from '@holdfast/client';
import { createParser } from 'eventsource-parser';
import { HeardVersions, type Watcher } from './watcher.ts';

/** What a browser's EventSource waits for where the server says nothing: Chromium's. */
const retryMsDefault = 3_000;

/**
 * Watches an event as the EventSource of a browser does, over HTTP/2, and with nothing of ours: it comes back
 * by itself, after the time that the server asked for, with the last id that it knows.
 */
export function browserWatcher(url: string, ca: string, eventId: string): Watcher {
  const left = new AbortController();
  const heard = new HeardVersions();
  const session = connect(url, { ca });
  session.on('error', () => {});
  let lastId = '';
  let retryMs = retryMsDefault;
  let streamCount = 0;

  const parserOf = () =>
    createParser({
      onRetry: (ms) => void (retryMs = ms),
      onEvent: ({ id, event, data }) => {
        if (event !== undefined) return;
        lastId = id ?? lastId;
        const isFirst = heard.last === 0;
        // What the api sends has tests of its own.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        const { restarted, changes } = JSON.parse(data) as EventUpdate;
        for (const [index, { version }] of changes.entries()) {
          heard.note(version, restarted && !isFirst && index === 0);
        }
      },
    });

  const readOnce = async () => {
    const stream = session.request({
      ':path': `/trpc/event.watch?input=${encodeURIComponent(JSON.stringify({ eventId }))}`,
      accept: 'text/event-stream',
      ...(lastId !== '' && { 'last-event-id': lastId }),
    });
    const end = () => void stream.destroy();
    left.signal.addEventListener('abort', end, { once: true });
    const parser = parserOf();
    streamCount += 1;
    stream.setEncoding('utf8');
    try {
      for await (const text of stream) parser.feed(String(text));
    } catch {
      // Cut on the way: as an end.
    } finally {
      left.signal.removeEventListener('abort', end);
    }
  };

  const watch = async () => {
    while (!left.signal.aborted) {
      await readOnce();
      await sleep(retryMs, undefined, { signal: left.signal }).catch(() => {});
    }
    session.destroy();
  };
  const watching = watch();
  return {
    name: 'event.watch, as a browser does over HTTP/2',
    get cutCount() {
      return streamCount - 1;
    },
    hasHeard: (version) => heard.last >= version,
    missed: () => heard.problems(),
    stop: async () => {
      left.abort();
      await watching;
    },
  };
}
