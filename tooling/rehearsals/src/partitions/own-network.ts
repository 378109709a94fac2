import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnv, ProcessFailed } from '@holdfast/command';

const entry = fileURLToPath(new URL('../../main.js', import.meta.url));

/**
 * A network, mounts and process ids of its own. All of it ends with its first process, and that one with us,
 * however we end: the kernel itself removes what was made in there.
 */
const apart = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/**
 * Runs `rehearse` once more, with these arguments, in a network of its own that holds nothing yet. Its steps
 * go to stderr, as ours do.
 *
 * @returns what it printed on stdout
 * @throws ProcessFailed where it ended without a report
 */
export async function runInOwnNetwork(args: readonly string[], stop: AbortSignal): Promise<string> {
  const temporary = await mkdtemp(join(tmpdir(), 'holdfast-network-'));
  const child = spawn('unshare', [...apart, process.execPath, entry, ...args], {
    // Ctrl-C reaches us alone.
    detached: true,
    env: childEnv({ TMPDIR: temporary }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // It waits for its child whatever else it hears.
  const end = () => child.kill('SIGKILL');
  stop.addEventListener('abort', end);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  try {
    await once(child, 'close');
    stop.throwIfAborted();
    if (printed === '') throw new ProcessFailed('rehearsal', 'ended without a report', []);
    return printed;
  } finally {
    stop.removeEventListener('abort', end);
    await rm(temporary, { recursive: true, force: true });
  }
}
