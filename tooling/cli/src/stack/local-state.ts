import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '@holdfast/command';
import { readEnv } from '../env.ts';
import type { Door } from '../development/door.ts';
import { type JsonObject, member, parseObject, textMember } from '../json-object.ts';
import { newSecret } from './secret.ts';

/** A Holdfast that `start` runs at this moment. */
interface Running {
  readonly pid: number;
  readonly url: string;
  readonly databaseUrl: string;
  /** `null`: it runs without Redis. */
  readonly redisUrl: string | null;
  /** `null`: no link signs in there. */
  readonly door: Pick<Door, 'url' | 'secret'> | null;
}

const secretFile = 'auth-secret';
const runningFile = 'running.json';
const answerTimeoutMs = 2_000;

/** The development secret that `start` made; `null` before its first run. */
export async function keptAuthSecret(): Promise<string | null> {
  return (await readText(secretFile))?.trim() || null;
}

/** The development secret, made on first use and kept, so that tokens outlive a restart. */
export async function ensureAuthSecret(): Promise<string> {
  const kept = await keptAuthSecret();
  if (kept !== null) return kept;
  const secret = newSecret();
  await writeText(secretFile, `${secret}\n`);
  return secret;
}

/** The Holdfast that `start` runs now; `null` when it does not. */
export async function findRunning(): Promise<Running | null> {
  const noted = parseObject((await readText(runningFile)) ?? '');
  const [url, databaseUrl] = [textMember(noted, 'url'), textMember(noted, 'databaseUrl')];
  const pid = noted?.pid;
  if (url === null || databaseUrl === null || typeof pid !== 'number') return null;
  const redisUrl = textMember(noted, 'redisUrl');
  const door = doorIn(member(noted, 'door'));
  const running = { pid, url, databaseUrl, redisUrl, door };
  return isAlive(pid) && (await answers(url)) ? running : null;
}

function doorIn(noted: JsonObject | null): Running['door'] {
  const [url, secret] = [textMember(noted, 'url'), textMember(noted, 'secret')];
  return url === null || secret === null ? null : { url, secret };
}

/** After a kill -9 the note stays, and its process id may have become another program's. */
async function answers(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(answerTimeoutMs);
    return (await fetch(`${url}/trpc/health.live`, { signal })).ok;
  } catch {
    return false;
  }
}

/** Notes what runs, for `audit`, `doctor` and a second `start`. */
export async function noteRunning(running: Running): Promise<void> {
  await writeText(runningFile, JSON.stringify(running));
}

/** Takes the note away. */
export async function forgetRunning(): Promise<void> {
  await rm(pathOf(runningFile), { force: true });
}

function pathOf(file: string): string {
  return join(readEnv().stateDirectory, file);
}

/** For its owner alone: both files hold secrets. */
async function writeText(file: string, text: string): Promise<void> {
  const path = pathOf(file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: 0o600 });
  } catch (error) {
    throw explained(error, 'written');
  }
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(pathOf(file), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw explained(error, 'read');
  }
}

const notForUs: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT'];

/** A checkout on a read-only disk, or one that belongs to somebody else, is told with the fix. */
function explained(error: unknown, what: 'written' | 'read'): unknown {
  const code = codeOf(error);
  if (!notForUs.includes(code)) return error;
  return new UsageError(
    `${readEnv().stateDirectory} cannot be ${what} (${String(code)}). Set HOLDFAST_DIRECTORY to a folder of your own.`,
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
