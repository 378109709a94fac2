import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this repository lies. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** A command that the repository has installed, for itself or for this package. */
export const commands = {
  tsc: join(repository, 'node_modules/.bin/tsc'),
  pnpm: join(repository, 'node_modules/.bin/pnpm'),
  publint: join(repository, 'tooling/pack/node_modules/.bin/publint'),
  attw: join(repository, 'tooling/pack/node_modules/.bin/attw'),
} as const;
