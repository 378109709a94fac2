import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSite } from '../src/web/site-files.ts';
import { startApi, type TestApi } from './api.ts';

const index = '<!doctype html><title>Pages</title>';
const script = `console.log('${'so that it gets smaller '.repeat(50)}')`;

let folder: string;
let api: TestApi;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-site-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), index);
  await writeFile(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(folder, 'assets/index-abc.js'), script);
  await writeFile(join(folder, 'assets/notes.txt'), 'not for anybody');
  await writeFile(join(folder, 'built-from.txt'), 'not for anybody');
  api = await startApi({ site: readSite(folder) });
});
afterAll(async () => {
  await api.stop();
  await rm(folder, { recursive: true, force: true });
});

/** As browsers ask for a page. */
const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(new URL(path, api.url), { headers, method });

/** A path exactly as it is written: `fetch` would tidy it up. */
function statusOf(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(api.url);
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const asked = request({ hostname, port, path, headers: { accept } }, (answer) => {
    answer.resume();
    resolve(answer.statusCode);
  });
  asked.on('error', reject);
  asked.end();
  return promise;
}

describe('a page', () => {
  test.each([
    '/',
    '/events/018f',
    '/bookings',
    '/offers/1/2',
    '/sign-in',
    '/organize',
    '/organize/events/1/live',
  ])('is given to a browser at %s, and to nobody from a cache', async (path) => {
    const response = await get(path, { accept });
    expect([response.status, await response.text()]).toEqual([200, index]);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('vary')).toBe('accept, accept-encoding');
  });

  test('may load and call this server alone, and stand in no frame', async () => {
    const { headers } = await get('/', { accept });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
    expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('is told by its tag to be unchanged, also through a proxy that compresses', async () => {
    const tag = (await get('/', { accept })).headers.get('etag') ?? '';
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const response = await get('/', { accept, 'if-none-match': known });
      expect([response.status, await response.text()]).toEqual([304, '']);
      expect(response.headers.get('etag')).toBe(tag);
    }
    expect((await get('/', { accept, 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('is no answer to a program, which hears the same JSON as ever', async () => {
    const response = await get('/', { accept: 'application/json' });
    expect(await response.json()).toMatchObject({ name: 'Holdfast', status: 'up' });
    expect((await get('/events/018f')).status).toBe(404);
    expect((await get('/api/events', { accept })).headers.get('content-type')).toContain('json');
    expect((await get('/reference', { accept })).status).toBe(200);
  });

  test('is nowhere else, and is not written to', async () => {
    for (const path of ['/nowhere', '/events', '/events/1/2', '/index.html', '/assets']) {
      expect({ path, status: (await get(path, { accept })).status }).toEqual({ path, status: 404 });
    }
    expect((await get('/bookings', { accept }, 'DELETE')).status).toBe(405);
    expect((await get('/', { accept }, 'POST')).status).toBe(415);
  });
});

describe('a file of the pages', () => {
  test('is kept for ever, because its name has its contents, and comes small to who takes gzip', async () => {
    const response = await get('/assets/index-abc.js', { 'accept-encoding': 'gzip' });
    expect(await response.text()).toBe(script);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    expect(Number(response.headers.get('content-length'))).toBeLessThan(script.length / 4);
    for (const coding of ['identity', 'br', 'gzip;q=0']) {
      const plain = await get('/assets/index-abc.js', { 'accept-encoding': coding });
      expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, script]);
    }
  });

  test('is asked for again where its name says nothing of its contents', async () => {
    const { status, headers } = await get('/icon.svg');
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(headers.get('content-type')).toBe('image/svg+xml');
  });

  test('answers HEAD with what GET would say, without it', async () => {
    const [head, full] = await Promise.all([
      get('/assets/index-abc.js', { 'accept-encoding': 'identity' }, 'HEAD'),
      get('/assets/index-abc.js', { 'accept-encoding': 'identity' }),
    ]);
    expect(await head.text()).toBe('');
    for (const name of ['content-length', 'content-type', 'etag']) {
      expect([name, head.headers.get(name)]).toEqual([name, full.headers.get(name)]);
    }
  });

  test('is none where it is not among those that are meant for browsers', async () => {
    for (const path of [
      '/built-from.txt',
      '/assets/notes.txt',
      '/assets/../built-from.txt',
      '/../api/package.json',
      '//assets/index-abc.js',
      '/assets/%2e%2e/icon.svg',
      '/assets/index-abc.js/',
    ]) {
      expect({ path, isServed: (await statusOf(path)) === 200 }).toEqual({ path, isServed: false });
    }
  });
});

test('where nothing was built there is no site', () => {
  expect(readSite(join(folder, 'assets'))).toBeNull();
});
