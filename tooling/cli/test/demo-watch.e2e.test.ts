import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createHoldfastClient } from '@holdfast/client';
import { expect, onTestFinished, test } from 'vitest';
import { givenServices, runCommand } from './command.ts';
import { hasScript, linesOf, onTerminal } from './on-terminal.ts';

/** A folder with an `xdg-open` that notes what it should have opened. */
async function fakeDesktop() {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-desktop-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const noted = join(folder, 'noted');
  await writeFile(join(folder, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > '${noted}'\n`);
  await chmod(join(folder, 'xdg-open'), 0o755);
  const env = { PATH: folder + delimiter + (process.env.PATH ?? ''), DISPLAY: ':99' };
  return { env, opened: () => readFile(noted, 'utf8').catch(() => '') };
}

test.runIf(hasScript && process.platform === 'linux')(
  'demo --watch opens the page of the sale, waits for Enter, and stays up until Ctrl-C',
  async () => {
    const desktop = await fakeDesktop();
    const run = onTerminal('demo --watch', { ...givenServices(), ...desktop.env, TERM: 'dumb' });
    const lines = () => linesOf(run.output());
    await expect.poll(run.output, { timeout: 40_000 }).toContain('press Enter');
    const link =
      lines()
        .find((line) => line.includes('#code='))
        ?.trim() ?? '';
    await expect.poll(desktop.opened).toBe(link);

    const { origin: url, pathname, hash } = new URL(link);
    const page = await fetch(url + pathname, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    const body = JSON.stringify({ code: hash.slice('#code='.length) });
    const headers = { 'content-type': 'application/json', origin: url };
    const signedIn = await fetch(`${url}/dev/sign-in`, { method: 'POST', headers, body });
    expect(await signedIn.json()).toMatchObject({ status: 'signed_in' });

    const eventId = /events\/([-0-9a-f]{36})/.exec(pathname)?.[1] ?? '';
    const { event } = createHoldfastClient({ url });
    expect(await event.get({ eventId })).toMatchObject({ status: 'on_sale', availableSeats: 500 });
    run.press('\r');
    await expect.poll(run.output, { timeout: 40_000 }).toContain('stays up until Ctrl-C');
    expect(lines()).toContain('  500 seats, 500 sold, 0 oversold. PASS');
    expect(await event.get({ eventId })).toMatchObject({ availableSeats: 0 });
    run.press('\u0003');
    expect(await run.exited).toBe(0);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  },
);

test.runIf(hasScript)(
  'Ctrl-C instead of Enter ends demo --watch, and nobody has come',
  async () => {
    const run = onTerminal('demo --watch --without-redis', { ...givenServices(), TERM: 'dumb' });
    await expect.poll(run.output, { timeout: 40_000 }).toContain('press Enter');
    run.press('\u0003');
    expect(await run.exited).toBe(130);
    expect(run.output()).not.toContain('1,000 answers');
    expect(run.output()).toContain('Stopped.');
  },
);

test('demo --watch is refused where nobody can press a key', async () => {
  const { exitCode, stdout, stderr } = await runCommand(['demo', '--watch'], givenServices());
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toBe(
    'error: --watch waits for a key, and there is no terminal. Run it in one, or leave --watch out.\n',
  );
});
