import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Begins with the files that start whole processes and browsers: they take longest. Without it a fresh clone begins with
 * what has most lines, and at the end all wait for a short file that takes half a minute.
 */
export default class E2eFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- of no array: it is Vitest's own order.
    const largestFirst = await super.sort(files);
    return largestFirst.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId, project }: TestSpecification): number {
  return 2 * project.config.sequence.groupOrder + (moduleId.endsWith('.e2e.test.ts') ? 0 : 1);
}
