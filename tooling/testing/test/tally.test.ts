import { expect, test } from 'vitest';
import { type CountedFile, tally, tallyLine } from '../src/tally.ts';

function file(states: string[], errorsByGroup: unknown[][] = [[]]): CountedFile {
  const [own = [], ...groups] = errorsByGroup;
  return {
    children: {
      allTests: () => states.map((state) => ({ result: () => ({ state }) })),
      allSuites: () => groups.map((errors) => ({ errors: () => errors })),
    },
    errors: () => own,
  };
}

test('each test counts once, over all files', () => {
  const files = [file(['passed', 'failed']), file(['passed', 'skipped'])];
  expect(tally(files, [])).toEqual({ passed: 2, failed: 1, skipped: 1 });
});

test('a file or group with errors has failed once, however many it has', () => {
  const files = [file([], [['syntax', 'and more']]), file(['passed'], [[], ['hook'], ['hook']])];
  expect(tally(files, [])).toEqual({ passed: 1, failed: 3, skipped: 0 });
});

test('every error that nobody caught has failed', () => {
  expect(tally([file(['passed'])], ['one', 'two'])).toMatchObject({ passed: 1, failed: 2 });
});

test('a test that did not run to its end has failed', () => {
  expect(tally([file(['pending'])], [])).toMatchObject({ passed: 0, failed: 1 });
});

test('skipped tests are named only where there are any', () => {
  expect(tallyLine({ passed: 123, failed: 0, skipped: 0 })).toBe('123 passed, 0 failed');
  expect(tallyLine({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed, 3 skipped');
});
