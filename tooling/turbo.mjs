#!/usr/bin/env node
/*
 * What `npx turbo …` runs in this repository (`bin` of the root's package.json), so that it works in
 * a fresh clone where only Node and npm are: it installs what is missing, and then runs the turbo of
 * the lockfile with the pnpm of the lockfile on its PATH. Turbo looks for a pnpm there, and stops
 * where it finds none.
 *
 * Plain JavaScript: it runs on the Node of the machine, before there is any other.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { constants } from 'node:os';

const root = resolve(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
const turbo = join(bin, 'turbo');

const isInstalled = [turbo, join(bin, 'pnpm')].every((file) => existsSync(file));
if (!isInstalled) {
  const installed = run('npx', ['-y', 'pnpm@12', 'install', '--frozen-lockfile'], root);
  if (installed !== 0) process.exit(installed);
}
process.exit(run(turbo, process.argv.slice(2), process.cwd()));

/**
 * The exit code of a command that has this process's terminal.
 *
 * @param {string} command
 * @param {readonly string[]} options
 * @param {string} cwd
 */
function run(command, options, cwd) {
  // oxlint-disable-next-line eslint/no-restricted-properties -- what a child gets, no setting.
  const inherited = process.env;
  const env = {
    TURBO_TELEMETRY_DISABLED: '1',
    ...inherited,
    PATH: `${bin}${delimiter}${inherited.PATH ?? ''}`,
  };
  const { status, signal, error } = spawnSync(command, options, { cwd, env, stdio: 'inherit' });
  if (error !== undefined) {
    process.stderr.write(`${command} could not be started: ${error.message}\n`);
    return 1;
  }
  return status ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
