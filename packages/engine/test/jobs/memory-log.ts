import { createLogger, type Logger } from '@holdfast/process';

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [key: string]: unknown;
}

/** A log that can be looked at. */
export function memoryLog(): { log: Logger; lines: LogLine[]; said: (msg: string) => LogLine[] } {
  const lines: LogLine[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  const log = createLogger({ service: 'worker', level: 'debug', secrets: [], stream: { write } });
  return { log, lines, said: (msg) => lines.filter((line) => line.msg === msg) };
}
