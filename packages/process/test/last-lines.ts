import { createLogger, openStandardOutput } from '@holdfast/process';
import { destination } from 'pino';

// A process that ends with a fatal line as soon as its standard input says so. `plain`: through a stream of pino's.
const stream =
  process.argv[2] === 'plain' ? destination({ dest: 1, sync: false }) : openStandardOutput();
const log = createLogger({ service: 'last', level: 'info', secrets: [], stream });
process.stdin.once('data', () => {
  log.info('a line');
  log.fatal('the last line');
  process.exit(3);
});
log.info('ready');
