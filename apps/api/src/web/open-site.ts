import { fileURLToPath } from 'node:url';
import type { Logger } from '@holdfast/process';
import { readSite, type Site } from './site-files.ts';

/** Beside this app, in the repository as well as where it is installed. */
const built = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

/**
 * The pages that `WEB` turns on, or `null` without them. Where they were not built, it is said how: the api does its work
 * all the same.
 */
export function openSite(
  { WEB: isWanted }: { readonly WEB: boolean },
  logger: Logger,
): Site | null {
  if (!isWanted) return null;
  const site = readSite(built);
  if (site === null) logger.warn({ fix: 'node apps/web/scripts/build.ts, or WEB=false' }, notBuilt);
  return site;
}

const notBuilt = 'the pages are not built, and are not served';
