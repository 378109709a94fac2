import { parseObject, textMember } from '../json-object.ts';
import { readableLine } from './log-tail.ts';

/** Hears a line of the log of one of the processes, by the name that people have for it. */
export type LogListener = (process: string, line: string) => void;

/** The same message of the same process is told once in so long: an outage repeats itself. */
const silenceMs = 60_000;

/** Different messages that are remembered; there are not so many. */
const messageCountMax = 100;

/** What the worker's audit says where a promise is broken. */
const brokenMessage = 'invariants are broken';

interface Alarms {
  readonly tell: (line: string) => void;
  readonly now?: () => number;
}

/**
 * Listens to the logs of a stack and tells of every error in them: whoever runs `start` sees no log.
 * A broken promise is told with what to do.
 *
 * @example
 * startStack({ …, onLogLine: alarms({ tell: (line) => process.stderr.write(`${line}\n`) }) })
 */
export function alarms({ tell, now = () => performance.now() }: Alarms): LogListener {
  const toldAtMs = new Map<string, number>();
  return (process, line) => {
    // As pino writes error and fatal. Under load there are thousands of lines, and few are read.
    if (!/^\{"level":[56]0,/.test(line)) return;
    const key = `${process}: ${textMember(parseObject(line), 'msg')}`;
    if ((toldAtMs.get(key) ?? -Infinity) > now() - silenceMs) return;
    if (toldAtMs.size >= messageCountMax) toldAtMs.clear();
    toldAtMs.set(key, now());
    for (const text of textsOf(process, line)) tell(text);
  };
}

function textsOf(process: string, line: string): readonly string[] {
  const entry = parseObject(line);
  if (entry?.msg !== brokenMessage) return [`The ${process}: ${readableLine(line)}`];
  const broken: readonly unknown[] = Array.isArray(entry.broken) ? entry.broken : [];
  const ids = broken.map((one) => textMember(parseObject(JSON.stringify(one)), 'id'));
  const names = ids.filter((id) => id !== null).join(', ') || 'an invariant';
  return [
    `A PROMISE IS BROKEN. The audit of the ${process} found rows that break ${names}.`,
    'See which they are, and what to do: pnpm holdfast audit',
  ];
}
