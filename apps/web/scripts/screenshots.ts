// Takes the pictures of README and docs: `pnpm screenshots`. It starts Holdfast with data of its own, so nothing that
// runs on this machine is touched, and needs Chromium. Each is taken in light and in dark colours.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { findChromium, openBrowser } from '@holdfast/testing/chromium';
import { photographer } from './screenshots/photographer.ts';
import { startHoldfast } from './screenshots/start-holdfast.ts';
import { takeBuyer } from './screenshots/take-buyer.ts';
import { takeSale } from './screenshots/take-sale.ts';

const browserPath = findChromium();
if (browserPath === null) process.exit(1);
const folder = fileURLToPath(new URL('../../../docs/screenshots', import.meta.url));
await mkdir(folder, { recursive: true });
await using holdfast = await startHoldfast();
const browser = await openBrowser(browserPath);
try {
  const camera = await photographer(browser, { folder, link: holdfast.link });
  await takeBuyer(camera);
  await takeSale(camera);
} finally {
  await browser.close();
}
