import { connect } from 'node:net';
import { constants, setPriority } from 'node:os';
import { answerParent } from '../child.ts';
import { type Line, openLine } from '../load/line.ts';
import type { AbuseName, AbuseTarget } from './kinds.ts';
import { type NextRequest, requestsOf } from './requests.ts';

/**
 * One abuser, in a process of its own, which gives way to all others on this machine: what it costs is to be
 * the server's work, and not its own.
 */
setPriority(constants.priority.PRIORITY_LOW);

/** A watcher that was answered leaves after so long, and comes back. */
const watchMs = 200;
const reopenMs = 20;

/** How often each status was answered. */
export type Statuses = Readonly<Record<string, number>>;

interface Abuse {
  readonly name: AbuseName;
  readonly target: AbuseTarget;
  readonly connections: number;
}

let running = new AbortController();
let statuses = new Map<number, number>();

function count(status: number): void {
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
}

/** How a connection is kept busy until somebody says stop. */
interface Busy {
  readonly url: URL;
  readonly next: NextRequest;
  readonly signal: AbortSignal;
}

/** The next request goes out with the answer to the last one. */
function askAgain({ url, next, signal }: Busy): void {
  let line: Line | null = null;
  const open = () => {
    if (signal.aborted) return;
    line = openLine(url, {
      onReply: ({ status }) => {
        count(status);
        line?.send(next());
      },
      onBroken: () => void setTimeout(open, reopenMs),
    });
    line.send(next());
  };
  signal.addEventListener('abort', () => line?.end(), { once: true });
  open();
}

/** A watch has no end: it is left, and opened again. */
function watchAgain(busy: Busy): void {
  const { url, next, signal } = busy;
  if (signal.aborted) return;
  const socket = connect(Number(url.port), url.hostname);
  const end = () => void socket.destroy();
  signal.addEventListener('abort', end, { once: true });
  socket.on('error', () => {});
  socket.on('close', () => {
    signal.removeEventListener('abort', end);
    setTimeout(() => watchAgain(busy), reopenMs);
  });
  socket.once('data', (chunk) => {
    count(Number(chunk.toString('latin1', 9, 12)));
    setTimeout(end, watchMs);
  });
  socket.resume();
  socket.write(next());
}

const functions = {
  begin({ name, target, connections }: Abuse) {
    statuses = new Map();
    running = new AbortController();
    const next = requestsOf(name, target);
    if (next === null) return;
    const busy = { url: new URL(target.url), next, signal: running.signal };
    const keep = name === 'watchers' ? watchAgain : askAgain;
    for (let index = 0; index < connections; index += 1) keep(busy);
  },
  end(): Statuses {
    running.abort();
    return Object.fromEntries(statuses);
  },
};

export type AbuserFunctions = typeof functions;

answerParent(functions);
