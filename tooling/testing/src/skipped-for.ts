/** Begins the name of a group of tests that a Citus cluster has no place for. The reason follows. */
export const oneServerOnly = 'only on one server: ';

const betweenNames = ' > ';

/** What of a test file is looked at. Vitest's `TestModule` is one. */
interface NamedFile {
  readonly children: {
    allTests(): Iterable<{ readonly fullName: string; result(): { state: string } }>;
  };
}

/**
 * Why tests were skipped that hold on one server only, a line for each reason.
 *
 * @example skippedFor(files) // ['12 skipped: Citus takes no trigger']
 */
export function skippedFor(files: readonly NamedFile[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    for (const test of file.children.allTests()) {
      if (test.result().state !== 'skipped') continue;
      const group = test.fullName
        .split(betweenNames)
        .find((name) => name.startsWith(oneServerOnly));
      if (group === undefined) continue;
      const reason = group.slice(oneServerOnly.length);
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${count} skipped: ${reason}`);
}
