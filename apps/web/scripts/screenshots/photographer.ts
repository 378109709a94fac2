import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** They are in the repository, and README loads them. */
const bytesMax = 150_000;

const schemes = ['light', 'dark'] as const;

/** One page in light and in dark colours, each in a browser of its own. */
export type Pair = Readonly<Record<(typeof schemes)[number], Page>>;

type Person = 'organizer' | 'buyer';

export interface Camera {
  /** The sample event that the link led to. */
  readonly eventId: string;
  /** Opens a page for somebody, in both colours. */
  open(person: Person, path: string, viewport: Viewport): Promise<Pair>;
  /** Takes a picture of each, at the same moment. */
  take(pair: Pair, name: string): Promise<void>;
}

type Viewport = NonNullable<BrowserContextOptions['viewport']>;

interface Studio {
  readonly folder: string;
  /** See startHoldfast. */
  readonly link: string;
}

/**
 * Signs in by the link, and opens pages for the people that it gave.
 *
 * @example
 * const camera = await photographer(browser, { folder, link });
 * await camera.take(await camera.open('buyer', '/bookings', phone), 'bookings');
 */
export async function photographer(browser: Browser, { folder, link }: Studio): Promise<Camera> {
  const { tokens, address } = await signIn(browser, link);
  const [, eventId = ''] = /events\/([0-9a-f-]{36})/.exec(address.pathname) ?? [];
  const openOne = async (person: Person, path: string, options: BrowserContextOptions) => {
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
    const token = tokens[person === 'organizer' ? 0 : 1] ?? '';
    await context.addInitScript((text) => sessionStorage.setItem('holdfast.token', text), token);
    const page = await context.newPage();
    await page.goto(new URL(path, address).href);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  };
  return {
    eventId,
    async open(person, path, viewport) {
      const [light, dark] = await Promise.all(
        schemes.map((colorScheme) => openOne(person, path, { colorScheme, viewport })),
      );
      if (light === undefined || dark === undefined) throw new Error('There are two.');
      return { light, dark };
    },
    async take(pair, name) {
      const shots = schemes.map(async (scheme) => {
        const path = join(folder, `${name}-${scheme}.png`);
        await pair[scheme].screenshot({ path, animations: 'disabled' });
        return path;
      });
      for (const path of await Promise.all(shots)) await tell(path);
    },
  };
}

/** The first is an organizer, the second a buyer (tooling/cli/src/development). */
async function signIn(browser: Browser, link: string) {
  const page = await browser.newPage();
  await page.goto(link);
  const people = await page.waitForFunction(() => sessionStorage.getItem('holdfast.people'));
  const tokens = ((await people.jsonValue()) ?? '').split(' ');
  const address = new URL(page.url());
  await page.close();
  return { tokens, address };
}

async function tell(path: string): Promise<void> {
  const { size } = await stat(path);
  if (size > bytesMax) throw new Error(`${path} has ${size} bytes: ${bytesMax} at most.`);
  process.stdout.write(`${Math.ceil(size / 1_000)} kB  ${path}\n`);
}
