import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const macOs = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/**
 * Where this machine has Chromium; `null`: nowhere, and then it says on stderr how to install it, so that
 * tests which are skipped for it are not skipped in silence.
 *
 * @example const browserPath = findChromium(); test.skipIf(browserPath === null)(…)
 */
export function findChromium(): string | null {
  // oxlint-disable-next-line eslint/no-restricted-properties -- no setting of a process of ours.
  const { PATH = '', CHROMIUM_PATH = '' } = process.env;
  const places = [
    CHROMIUM_PATH,
    ...PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
    ...macOs,
  ];
  const found = places.find((place) => place !== '' && existsSync(place));
  if (found !== undefined) return found;
  process.stderr.write(
    'No test runs in a browser: Chromium is not installed. On Debian: apt-get install chromium. Elsewhere set CHROMIUM_PATH.\n',
  );
  return null;
}

/** Starts it without a window. A root of a container may make no sandbox. */
export function openBrowser(executablePath: string): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] });
}
