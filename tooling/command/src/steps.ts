import { styleText } from 'node:util';
import { SingleBar } from 'cli-progress';
import { Interrupted, StepFailed } from './failure.ts';
import { figure } from './numbers.ts';
import { isLive, type ProgressStream } from './terminal.ts';

/** Tells a person what is being done, and how long each thing took. */
export interface Steps {
  /**
   * Does one thing and tells of it. Throws StepFailed, with its title, where it fails, and
   * Interrupted, without beginning, after Ctrl-C.
   */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** As `step`, of a thing with so many parts; `work` says how many are done. */
  progress<T>(
    title: string,
    total: number,
    work: (onProgress: (done: number) => void) => Promise<T>,
  ): Promise<T>;
  /** A line between the steps. */
  note(line: string): void;
}

/**
 * Steps as lines on a stream. On a live terminal the running step is shown, with a bar where it has
 * parts, then replaced by its result; elsewhere there is one line a step, when it is over.
 *
 * @example
 * await stepsOn(process.stderr, stop).step('PostgreSQL and Redis are up', () => startServices(…));
 * // ✓ PostgreSQL and Redis are up  1.20 s
 */
export function stepsOn(stream: ProgressStream, stop: AbortSignal): Steps {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream });
  const isShown = isLive(stream);
  // A line that wraps could not be taken away again.
  const fitting = (line: string) => line.slice(0, columnsOf(stream) - 1);
  const show = (title: string) => isShown && stream.write(style('dim', fitting(`… ${title}`)));
  const clear = () => isShown && stream.write('\r\u001b[2K');
  let running = '';

  const step = async <T>(title: string, work: () => Promise<T>): Promise<T> => {
    stop.throwIfAborted();
    running = title;
    show(title);
    const startedAt = performance.now();
    const finish = (mark: string) => {
      const took = ((performance.now() - startedAt) / 1_000).toFixed(2);
      clear();
      stream.write(`${mark} ${title}  ${style('dim', `${took} s`)}\n`);
    };
    try {
      const result = await work();
      finish(style('green', '✓'));
      return result;
    } catch (error) {
      finish(style('red', '✗'));
      throw error instanceof Interrupted ? error : new StepFailed(title, error);
    }
  };

  return {
    step,
    progress: (title, total, work) => step(title, () => withBar({ stream, total }, work)),
    note: (line) => {
      clear();
      stream.write(`${style('dim', `  ${line}`)}\n`);
      show(running);
    },
  };
}

/** Columns of a terminal that does not say. */
const columnsDefault = 80;

function columnsOf({ columns }: ProgressStream): number {
  return columns || columnsDefault;
}

const barWidthMax = 30;

/** What may stand beside the bar: `100,000 of 100,000 answered, 600 s`. */
const besideBar = 40;

interface BarPlan {
  readonly stream: ProgressStream;
  readonly total: number;
}

/** Shows a bar while `work` goes on; on anything but a live terminal, nothing. */
async function withBar<T>(
  { stream, total }: BarPlan,
  work: (onProgress: (done: number) => void) => Promise<T>,
): Promise<T> {
  if (!isLive(stream)) return work(() => {});
  const bar = new SingleBar({
    stream,
    format: '  {bar} {value} of {total} answered, {duration} s',
    formatValue: (value, _options, type) =>
      type === 'value' || type === 'total' ? figure(value) : String(value),
    barsize: Math.max(1, Math.min(barWidthMax, columnsOf(stream) - besideBar)),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    hideCursor: true,
    // Ctrl-C is the command's own business.
    gracefulExit: false,
  });
  bar.start(total, 0);
  try {
    return await work((done) => bar.update(done));
  } finally {
    bar.stop();
  }
}

/** Steps that nobody watches. */
export const silentSteps: Steps = {
  step: (_title, work) => work(),
  progress: (_title, _total, work) => work(() => {}),
  note: () => {},
};
