import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';
import { commandLine } from './command.ts';

/** util-linux' own: it gives a command a terminal. */
export const hasScript = /util-linux/.test(String(spawnSync('script', ['--version']).stdout));

/** Runs a command on a terminal of 60 columns. What it writes to stdout and to stderr is one. */
export function onTerminal(words: string, env: Readonly<Record<string, string>>) {
  const {
    DATABASE_URL: _database,
    REDIS_URL: _redis,
    NO_COLOR: _no,
    FORCE_COLOR: _yes,
    // Nothing opens a window of whoever runs the tests.
    DISPLAY: _display,
    WAYLAND_DISPLAY: _wayland,
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

/** The lines that stay on the terminal. */
export function linesOf(output: string): readonly string[] {
  return output
    .split('\r\n')
    .map((line) => stripVTControlCharacters(line.split('\r').at(-1) ?? ''));
}
