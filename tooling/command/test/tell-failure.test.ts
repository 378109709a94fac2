import { expect, test } from 'vitest';
import { exitCode } from '../src/exit-code.ts';
import { Interrupted, ProcessFailed, StepFailed, UsageError } from '../src/failure.ts';
import { exitCodeOf, failureText } from '../src/tell-failure.ts';
import { plainLayout } from './plain-layout.ts';

test('a step that failed is named, with the reason and the end of the log', () => {
  const cause = new ProcessFailed('api', 'ended before it was up (1)', ['error no port']);
  const error = new StepFailed('The api listens', cause);
  expect(failureText(error, plainLayout)).toBe(
    [
      'error: The api listens: failed',
      '  the api ended before it was up (1)',
      '  The end of its log:',
      '    error no port',
      '',
    ].join('\n'),
  );
  expect(exitCodeOf(error)).toBe(exitCode.broken);
});

test('the reasons beneath a reason are told, too', () => {
  const refused = new Error('connect ECONNREFUSED 127.0.0.1:1');
  const error = new Error('The database cannot be reached.', { cause: refused });
  expect(failureText(error, plainLayout)).toBe(
    'error: The database cannot be reached.\n  connect ECONNREFUSED 127.0.0.1:1\n',
  );
});

test('a database without our tables is told with the fix alone', () => {
  const missing = Object.assign(new Error('relation "events" does not exist'), { code: '42P01' });
  const error = new Error('The database refuses us.', { cause: missing });
  expect(failureText(error, plainLayout)).toBe(
    'error: The database has no tables of Holdfast. Run: pnpm holdfast migrate\n',
  );
});

test('what went wrong first comes first, and gives the exit code, when stopping fails as well', () => {
  const error = new SuppressedError(new Error('will not stop'), new UsageError('--port is taken'));
  const text = failureText(error, plainLayout);
  expect(text).toBe('error: --port is taken\nerror: will not stop\n');
  expect(exitCodeOf(error)).toBe(exitCode.usage);
});

test('Ctrl-C is no failure', () => {
  expect(failureText(new Interrupted('interrupted'), plainLayout)).toBe('Stopped.\n');
  expect(exitCodeOf(new Interrupted('interrupted'))).toBe(exitCode.interrupted);
});
