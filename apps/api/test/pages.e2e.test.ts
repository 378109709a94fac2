import { readFileSync } from 'node:fs';
import { findChromium, openBrowser } from '@holdfast/testing/chromium';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from './api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

/** As browsers ask for a page. */
const forPeople = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };
const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, api.url), init);

const policyOf = ({ headers }: Response) => headers.get('content-security-policy') ?? '';

/** What a page loads or leads to. */
function addressesIn(html: string): readonly string[] {
  return [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address = '']) => address);
}

describe('/', () => {
  test('tells programs what this is, as JSON, with links that lead somewhere', async () => {
    const body = (await (await get('/')).json()) as { readonly links: Record<string, string> };
    expect(body).toMatchObject({ name: 'Holdfast', status: 'up' });
    const answers = await Promise.all(Object.values(body.links).map((link) => get(link)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('without pages it tells people the same, and HEAD is answered', async () => {
    const response = await get('/', forPeople);
    expect(await response.json()).toMatchObject({ name: 'Holdfast' });
    expect((await get('/events/1', forPeople)).status).toBe(404);
    const head = await get('/', { ...forPeople, method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('/reference', () => {
  test('loads files of this server alone, each of its type, and HEAD is answered', async () => {
    const html = await (await get('/reference')).text();
    const names = addressesIn(html);
    expect(names.filter((name) => !name.startsWith('reference/'))).toEqual([]);
    const responses = await Promise.all(names.map((name) => get(name)));
    const types = responses.map(({ status, headers }) => [status, headers.get('content-type')]);
    expect(types).toEqual([
      [200, 'image/png'],
      [200, 'text/css; charset=utf-8'],
      [200, 'text/javascript; charset=utf-8'],
      [200, 'text/javascript; charset=utf-8'],
    ]);
    expect((await get('/reference', { method: 'HEAD' })).status).toBe(200);
    expect((await get('/reference/swagger-ui.js')).status).toBe(404);
  });

  test('allows no script and no style that stands in the page, and nothing from elsewhere', async () => {
    const policy = policyOf(await get('/reference', forPeople));
    expect(policy).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  test('comes without the tracker that runs when Swagger UI is installed', () => {
    const lockfile = new URL('../../../pnpm-lock.yaml', import.meta.url);
    expect(readFileSync(lockfile, 'utf8')).not.toContain('scarf');
  });

  const browserPath = findChromium();
  test.skipIf(browserPath === null)(
    'shows every call in a browser, which is asked for nothing that it has to refuse',
    async () => {
      await using browser = await openBrowser(browserPath ?? '');
      const page = await browser.newPage();
      const asked: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(`${api.url}/reference`);
      await page.getByText('/api/bookings', { exact: true }).first().click();
      await page.getByText('Idempotency-Key').first().waitFor();
      const document = (await (await get('/openapi.json')).json()) as { readonly paths: object };
      const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
      expect(await page.locator('.opblock').count()).toBe(operations.length);
      const elsewhere = asked.filter((url) => !url.startsWith(api.url) && !url.startsWith('data:'));
      expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
      // It would refuse what does not belong here.
      const isLeft = await page.evaluate(() =>
        fetch('https://example.org').then(
          () => true,
          () => false,
        ),
      );
      expect(isLeft).toBe(false);
      expect(complaints.join()).toContain('Content Security Policy');
    },
  );
});
