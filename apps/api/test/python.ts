import { spawnSync } from 'node:child_process';

/** Debian's own beside whatever comes first on PATH: its packages are seen by that one alone. */
const candidates = ['python3', '/usr/bin/python3'];

/**
 * A Python that has aiohttp; `null`: there is none, and then it says on stderr how to install it, so that
 * tests which are skipped for it are not skipped in silence.
 */
export function findPython(): string | null {
  const found = candidates.find(
    (candidate) => spawnSync(candidate, ['-c', 'import aiohttp'], { stdio: 'ignore' }).status === 0,
  );
  if (found !== undefined) return found;
  process.stderr.write(
    "The guide's script is not run: there is no Python 3 with aiohttp. On Debian: apt-get install python3-aiohttp.\n",
  );
  return null;
}
