import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image } from './image.ts';

/** A user that is in no passwd and owns nothing, as some orchestrators choose. */
const anybody = 54_321;

/** A process as a container of the image would run it. */
export interface Contained {
  readonly child: ChildProcess;
  output(): string;
  readonly exited: Promise<number | null>;
}

/** Runs commands as containers of one image would. */
export interface Engine extends AsyncDisposable {
  run(command: readonly string[], env: Readonly<Record<string, string | number>>): Contained;
}

/**
 * An engine for this machine: the files of the image, its environment and nothing else of ours, its
 * PATH with nothing but Node on it. As root, processes run as a user who owns none of the files, so the
 * whole tree is read-only; else as who we are.
 */
export async function startEngine(image: Image): Promise<Engine> {
  const programs = join(image.root, 'usr/local/bin');
  await copyFile(process.execPath, join(programs, 'node'));
  const isRoot = process.getuid?.() === 0;
  const started: ChildProcess[] = [];
  return {
    run([program = '', ...args], env) {
      const child = spawn(program, args, {
        cwd: image.workDirectory,
        // `env`, which finds Node for `holdfast`, is in every image.
        env: { PATH: `${programs}:/usr/bin:/bin`, HOME: '/', ...image.env, ...textsOf(env) },
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(isRoot && { uid: anybody, gid: anybody }),
      });
      started.push(child);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      }
      const exited = once(child, 'close').then(() => child.exitCode);
      return { child, output: () => output, exited };
    },
    async [Symbol.asyncDispose]() {
      const running = started.filter(
        ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
      );
      await Promise.all(
        running.map(async (child) => {
          const ended = once(child, 'close');
          child.kill('SIGKILL');
          await ended;
        }),
      );
    },
  };
}

function textsOf(env: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}
