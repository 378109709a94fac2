import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { givenServices } from './command.ts';
import { hasScript, linesOf, onTerminal } from './on-terminal.ts';

const escape = '\u001b[';

const words = 'stress --users 20 --seats 10';

test.runIf(hasScript)(
  'on a terminal of 60 columns no line is wider than that, and what is under way is written over',
  async () => {
    const run = onTerminal(words, { ...givenServices(), TERM: 'xterm' });
    expect({ exitCode: await run.exited, output: run.output() }).toMatchObject({ exitCode: 0 });
    expect(run.output()).toContain(`${escape}2K`);
    expect(linesOf(run.output()).filter((line) => line.length > 60)).toEqual([]);
  },
);

test.runIf(hasScript)(
  'TERM=dumb gets text, and nothing that moves a cursor or erases',
  async () => {
    const run = onTerminal(words, { ...givenServices(), TERM: 'dumb' });
    expect(await run.exited).toBe(0);
    expect(run.output()).toContain('✓ The api listens');
    expect(run.output()).not.toContain('\u001b');
    expect(run.output().replaceAll('\r\n', '')).not.toContain('\r');
  },
);

test.runIf(hasScript)(
  'Ctrl-C while PostgreSQL is made ends quietly, and leaves nothing behind',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'holdfast-terminal-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const run = onTerminal('demo --without-redis', { TERM: 'dumb', TMPDIR: directory });
    const isMaking = async () =>
      (await readdir(directory, { recursive: true }).catch(() => [])).some((path) =>
        /initdb-\d+\//.test(path),
      );
    await expect.poll(isMaking, { interval: 5, timeout: 20_000 }).toBe(true);
    run.press('\u0003');
    expect(await run.exited).toBe(130);
    const lines = linesOf(run.output()).filter((line) => line !== '');
    expect(lines.at(-1)).toBe('Stopped.');
    expect(run.output()).not.toContain('initdb');
    expect(await readdir(directory)).toEqual([]);
  },
);
