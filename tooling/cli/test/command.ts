import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { providedServices } from '@holdfast/testing';

const main = fileURLToPath(new URL('../main.js', import.meta.url));

/** A shell line that runs `holdfast` with these words. */
export function commandLine(words: string): string {
  return `'${process.execPath}' '${main}' ${words}`;
}

/** A `holdfast` command that runs in a process of its own, as people run it. */
export interface RunningCommand {
  readonly process: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Its exit code, once it has ended. */
  readonly exited: Promise<number | null>;
}

type Env = Readonly<Record<string, string>>;

/** Starts `holdfast` with these arguments, an environment that names no services, and `env`. */
export function startCommand(args: readonly string[], env: Env = {}): RunningCommand {
  return spawnPlainly(process.execPath, [main, ...args], env);
}

function spawnPlainly(program: string, args: readonly string[], env: Env): RunningCommand {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env;
  const child = spawn(program, args, {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'close').then(() => child.exitCode);
  return { process: child, stdout: () => stdout, stderr: () => stderr, exited };
}

/** What a command said, and how it ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a shell line to its end, with an environment that names no services, and `env`: for pipes,
 * limits and terminals.
 */
export async function runShell(line: string, env: Env = {}): Promise<Ended> {
  return endOf(spawnPlainly('/bin/sh', ['-c', line], env));
}

/** Runs `holdfast` to its end. */
export async function runCommand(args: readonly string[], env: Env = {}): Promise<Ended> {
  return endOf(startCommand(args, env));
}

async function endOf(command: RunningCommand): Promise<Ended> {
  const exitCode = await command.exited;
  return { exitCode, stdout: command.stdout(), stderr: command.stderr() };
}

/** The services of this test run, as a command's environment names them. */
export function givenServices(): { readonly DATABASE_URL: string; readonly REDIS_URL: string } {
  const { databaseUrl, redisUrl } = providedServices();
  return { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
}
