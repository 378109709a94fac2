import { createLogger } from '@holdfast/process';

/** A log that can be looked at. */
export function memoryLog() {
  const texts: string[] = [];
  const stream = { write: (line: string) => void texts.push(line) };
  const logger = createLogger({ service: 'test', level: 'trace', secrets: [], stream });
  return { logger, texts, lines: () => texts.map((text) => JSON.parse(text)) };
}
