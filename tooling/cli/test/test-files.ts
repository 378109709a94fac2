import { globSync } from 'node:fs';
import { repositoryRoot } from './guide-rows.ts';

/** Every test file that needs nothing of elsewhere, as paths from the repository's root. */
export function testFiles(): readonly string[] {
  return globSync('{packages,apps,tooling}/*/test/**/*.test.ts', { cwd: repositoryRoot }).filter(
    (file) => !file.endsWith('.outside.test.ts'),
  );
}
