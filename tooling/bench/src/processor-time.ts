import { readFile } from 'node:fs/promises';

/** Linux counts processor time in hundredths of a second, whatever its clock does. */
const msPerTick = 10;

/**
 * The processor time in milliseconds that a process and its children have used since they began,
 * those that have ended included. `null` where the system does not say: it is read from Linux' /proc.
 */
export async function processorTimeOf(pid: number): Promise<number | null> {
  try {
    const [own, children] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'),
    ]);
    const pids = children.split(' ').filter((text) => text !== '');
    const theirs = await Promise.all(pids.map((child) => processorTimeOf(Number(child))));
    return theirs.reduce<number>((sum, ms) => sum + (ms ?? 0), ticksIn(own) * msPerTick);
  } catch {
    return null;
  }
}

/**
 * utime, stime, cutime and cstime, the fields 14 to 17.
 *
 * @example ticksIn('7 (a b) S 1 7 7 0 -1 0 0 0 0 0 1 2 3 4 …') // 10
 */
export function ticksIn(stat: string): number {
  // The second field is the program's name, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}
