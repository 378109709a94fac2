/** How many tests ended how. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What of a test file is counted. Vitest's `TestModule` is one. */
export interface CountedFile {
  readonly children: {
    allTests(): Iterable<{ result(): { state: string } }>;
    allSuites(): Iterable<{ errors(): readonly unknown[] }>;
  };
  errors(): readonly unknown[];
}

/**
 * Count the tests of a run. Whatever can go wrong outside of a test counts as one failed: a file
 * that does not load, a hook of a group, an error that nobody caught. A test that has not run to
 * its end has failed, too.
 */
export function tally(files: readonly CountedFile[], unhandledErrors: readonly unknown[]): Tally {
  let { passed, failed, skipped }: Tally = {
    passed: 0,
    failed: unhandledErrors.length,
    skipped: 0,
  };
  for (const file of files) {
    const groups = [file, ...file.children.allSuites()];
    failed += groups.filter((group) => group.errors().length > 0).length;
    for (const test of file.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      else if (state === 'skipped') skipped += 1;
      else failed += 1;
    }
  }
  return { passed, failed, skipped };
}

/** @example tallyLine({ passed: 123, failed: 0, skipped: 2 }) // '123 passed, 0 failed, 2 skipped' */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}
