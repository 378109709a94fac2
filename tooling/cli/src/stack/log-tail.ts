import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { member, parseObject, textMember } from '../json-object.ts';

/** Lines kept of each process; enough to see why it ended, and no more memory than that. */
const lineCountMax = 200;

const lastCount = 15;

export interface LogTail {
  /** Reads a stream to its end, line by line, and shows each line to `onLine` as well. */
  follow(stream: Readable, onLine: (line: string) => void): void;
  /**
   * The last 15 lines that may say why it ended, oldest first, as a person reads them: warnings,
   * errors and what is no JSON; only where there are none, any lines.
   */
  last(): readonly string[];
}

export function createLogTail(): LogTail {
  const lines: string[] = [];
  return {
    follow: (stream, onLine) => {
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
        lines.push(line);
        if (lines.length > lineCountMax) lines.shift();
        onLine(line);
      });
    },
    last: () => {
      const loud = lines.filter(isLoud);
      return (loud.length > 0 ? loud : lines).slice(-lastCount).map(readableLine);
    },
  };
}

const levelNames = new Map<unknown, string>([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);
const warnLevel = 40;

/** Under load, most lines say that all is well. */
function isLoud(line: string): boolean {
  const level = parseObject(line)?.level;
  return typeof level !== 'number' || level >= warnLevel;
}

/**
 * A JSON log line as text: its level, its message and the error's, without the rest.
 *
 * @example readableLine('{"level":50,"msg":"no","err":{"message":"gone"}}') // 'error no: gone'
 */
export function readableLine(line: string): string {
  const entry = parseObject(line);
  const message = textMember(entry, 'msg');
  if (message === null) return line;
  const problem = textMember(member(entry, 'err'), 'message');
  const isSaid = problem === null || message.includes(problem);
  const level = levelNames.get(entry?.level) ?? 'info';
  return `${level} ${message}${isSaid ? '' : `: ${problem}`}`;
}
