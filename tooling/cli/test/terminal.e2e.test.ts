import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { commandLine, givenServices } from './command.ts';

/** util-linux' own: it gives a command a terminal. */
const hasScript = /util-linux/.test(String(spawnSync('script', ['--version']).stdout));

/** Runs a command on a terminal of 60 columns. What it writes to stdout and to stderr is one. */
function onTerminal(words: string, env: Readonly<Record<string, string>>) {
  const {
    DATABASE_URL: _database,
    REDIS_URL: _redis,
    NO_COLOR: _no,
    FORCE_COLOR: _yes,
    ...inherited
  } = process.env;
  const line = `stty cols 60; exec ${commandLine(words)}`;
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    env: { ...inherited, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = once(child, 'close').then(() => child.exitCode);
  return { press: (key: string) => child.stdin.write(key), output: () => output, exited };
}

const escape = '\u001b[';

/** The lines that stay on the terminal. */
function linesOf(output: string): readonly string[] {
  return output
    .split('\r\n')
    .map((line) => stripVTControlCharacters(line.split('\r').at(-1) ?? ''));
}

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
