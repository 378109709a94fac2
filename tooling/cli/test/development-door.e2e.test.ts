import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { createHoldfastClient } from '@holdfast/client';
import { tokenMint } from '@holdfast/command';
import { violationsOf } from '@holdfast/testing/accessibility';
import { findChromium, openBrowser } from '@holdfast/testing/chromium';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkTo, salePath } from '../src/development/link.ts';
import { inspect } from '../src/judge/evidence.ts';
import { openEvent, organizerClient } from '../src/load/target.ts';
import type { Stack } from '../src/stack/stack.ts';
import { startGivenStack } from './stack-for-test.ts';

/** Two processes, so that what one of them is told counts for the other. */
let stack: Stack;
const logged: string[] = [];
beforeAll(async () => {
  stack = await startGivenStack({
    processCount: 2,
    sharesPort: true,
    hasPages: true,
    onLogLine: (_name, line) => logged.push(line),
  });
});
afterAll(() => stack[Symbol.asyncDispose]());

const newCode = () => stack.door?.issueCode() ?? '';
const tokenOf = (role: 'user' | 'organizer') =>
  tokenMint(stack.tokens)({ userId: 'somebody', role, expiresInSeconds: 60 });

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** As a page would, on a connection of its own, so that the kernel chooses a process; Host and Origin may be chosen, too. */
async function post(
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asked = request(
    new URL(path, stack.url),
    { method: 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers } },
    (response) => {
      const status = response.statusCode ?? 0;
      json(response).then((read) => resolve({ status, body: { ...Object(read) } }), reject);
    },
  );
  asked.on('error', reject).end(JSON.stringify(body));
  return promise;
}

const signIn = (code: string, headers?: Record<string, string>) =>
  post('/dev/sign-in', { code }, headers);
const storm = (eventId: string, token: string | null = tokenOf('organizer')) =>
  post('/dev/storm', { eventId }, token === null ? {} : { authorization: `Bearer ${token}` });

describe('a code', () => {
  test('gives the tokens of an organizer and of a buyer, once, from whichever process is asked', async () => {
    const code = newCode();
    const answers = [];
    for (let attempt = 0; attempt < 6; attempt += 1) answers.push(await signIn(code));
    expect(answers.map(({ status }) => status)).toEqual([200, 409, 409, 409, 409, 409]);
    expect(answers[1]?.body).toMatchObject({ status: 'refused', reason: 'code_not_valid' });
    const tokens = answers[0]?.body.tokens;
    const [organizer, buyer] = Array.isArray(tokens) ? tokens.map(String) : [];
    const create = (token?: string) =>
      createHoldfastClient({ url: stack.url, token }).event.create({
        title: 'A concert',
        date: '2999-01-01T20:00:00Z',
        seatCount: 1,
      });
    expect(await create(organizer)).toMatchObject({ status: 'accepted' });
    await expect(create(buyer)).rejects.toMatchObject({ fault: 'forbidden' });
  });

  test('is taken from a page of this api alone, and stays good where it was refused', async () => {
    const code = newCode();
    const { host, port } = new URL(stack.url);
    const refused = [
      { origin: 'https://evil.example' },
      { origin: `http://127.0.0.1:${Number(port) + 1}` },
      { origin: 'null' },
      // A name of somebody else's that leads here.
      { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
      { host: `evil.example:${port}` },
    ];
    for (const headers of refused) {
      expect({ headers, ...(await signIn(code, headers)) }).toMatchObject({ headers, status: 403 });
    }
    // What a form of a foreign page can send without asking.
    expect((await signIn(code, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await signIn(code, { origin: `http://${host}` })).status).toBe(200);
  });

  test('is not to be had from the door without its secret', async () => {
    const door = stack.door?.url ?? '';
    for (const headers of [{}, { authorization: 'Bearer ' }, { authorization: 'Bearer wrong' }]) {
      const method = 'POST';
      const response = await fetch(`${door}/code`, { method, headers, body: '{}' });
      expect(response.status).toBe(404);
    }
    // Nor through the api.
    expect((await post('/dev/code', {})).status).toBe(404);
    expect((await post('/dev/../code', {})).status).toBe(404);
  });
});

describe('a storm', () => {
  test('is a thousand buyers, of whom as many get a seat as there are, and the audit says so', async () => {
    const eventId = await openEvent(stack, { seatCount: 300 });
    const { status, body } = await storm(eventId);
    expect({ status, ...body }).toMatchObject({
      status: 'over',
      users: 1_000,
      confirmed: 300,
      refused: 700,
      unclear: 0,
    });
    const { databaseUrl } = stack;
    const evidence = await inspect({ databaseUrl, eventId, seatCount: 300, told: [] });
    expect(evidence?.unexplained).toHaveLength(300);
    expect(evidence).toMatchObject({ oversold: 0, audit: { violationCount: 0 } });
  });

  test('is sent by organizers alone, one at a time, at an event that is on sale', async () => {
    const eventId = await openEvent(stack, { seatCount: 10 });
    expect((await storm(eventId, null)).status).toBe(401);
    expect((await storm(eventId, tokenOf('user'))).status).toBe(403);
    const none = '01970000-0000-7000-8000-000000000000';
    expect((await storm(none)).body).toMatchObject({ reason: 'event_not_found' });
    expect((await storm('nonsense')).body).toMatchObject({ reason: 'event_not_found' });

    const both = await Promise.all([storm(eventId), storm(eventId)]);
    const reasons = both.map(({ status, body }) => [status, body.reason]);
    expect(new Set(reasons.map(String))).toEqual(new Set(['200,', '409,storm_under_way']));

    await organizerClient(stack).event.close({ eventId });
    expect((await storm(eventId)).body).toMatchObject({ status: 'refused', reason: 'not_on_sale' });
  });
});

test('no code, no token and no secret of the door stands in a log', async () => {
  const code = newCode();
  const { body } = await signIn(code);
  await signIn(code);
  await signIn(code, { origin: 'https://evil.example' });
  const token = tokenOf('user');
  await storm('nonsense', token);
  // The lines of requests that were refused are there: so what would be in them would be found.
  await expect
    .poll(() => logged.filter((line) => line.includes('/dev/sign-in')))
    .not.toHaveLength(0);
  await expect.poll(() => logged.filter((line) => line.includes('/dev/storm'))).not.toHaveLength(0);
  const all = logged.join('\n');
  for (const secret of [code, token, JSON.stringify(body.tokens), stack.door?.secret ?? 'none']) {
    expect(all).not.toContain(secret);
  }
});

const browserPath = findChromium();

describe.skipIf(browserPath === null)('the link, in Chromium', () => {
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    browser = await openBrowser(browserPath ?? '');
  });
  afterAll(() => browser.close());

  test('signs in, and its code is gone from the address before anything is asked', async () => {
    const code = newCode();
    const context = await browser.newContext();
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (each) => asked.push(each.url()));
    await page.goto(linkTo(stack.url, '/', code));
    await page.getByRole('banner').getByText('organizer').waitFor();
    expect(page.url()).toBe(`${stack.url}/`);
    expect(asked.join()).not.toContain(code);
    const kept = await page.evaluate(
      'JSON.stringify([{ ...localStorage }, document.cookie, history.length])',
    );
    expect(kept).not.toMatch(/ey[\w-]+\./);
    await page.goBack().catch(() => null);
    expect(page.url()).not.toContain(code);

    const again = await context.newPage();
    await again.goto(linkTo(stack.url, '/', code));
    await again.getByText('The link does not work any more').waitFor();
    await context.close();
  });

  test('leads to the sale, where a developer sends a crowd, watches it, and becomes a buyer', async () => {
    const eventId = await openEvent(stack, { seatCount: 400 });
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(linkTo(stack.url, salePath(eventId), newCode()));
    const development = page.getByRole('complementary', { name: 'Development' });
    await development.getByRole('button', { name: 'Send 1,000 buyers' }).click();
    await development.getByText('400 got a seat, 600 were refused').waitFor();
    const figure = (name: string) => page.locator(`[data-figure="${name}"]`).innerText();
    await expect.poll(() => figure('sold')).toMatch(/\b400\nof 400 seats/);
    await expect.poll(() => figure('refused')).toContain('600 in all');
    expect(await violationsOf(page)).toEqual([]);

    await development.getByLabel('You are').selectOption('⁨developer⁩ (buys)');
    await page.getByText('Sold out').first().waitFor();
    expect(page.url()).toBe(`${stack.url}/events/${eventId}`);
    await page.getByRole('link', { name: 'Organize' }).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('banner').getByText('developer').waitFor();
    await development.getByLabel('You are').selectOption('⁨organizer⁩ (organizes)');
    await expect.poll(() => figure('sold')).toMatch(/\b400\n/);
    expect(page.url()).toBe(stack.url + salePath(eventId));

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
    await development.waitFor({ state: 'detached' });
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toMatch(/ey[\w-]+\./);
    await context.close();
  });
});
