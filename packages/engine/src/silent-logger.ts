import { createLogger, type Logger } from '@holdfast/process';

/** Says nothing to anybody: for who gives no logger. */
export function silentLogger(): Logger {
  const stream = { write() {} };
  return createLogger({ service: 'holdfast', level: 'silent', secrets: [], stream });
}
