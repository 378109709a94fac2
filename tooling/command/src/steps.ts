import { styleText } from 'node:util';
import { SingleBar } from 'cli-progress';
import { wantsPlainText } from './env.ts';
import { Interrupted, StepFailed } from './failure.ts';
import { figure } from './numbers.ts';

/** Tells a person what is being done, and how long each thing took. */
export interface Steps {
  /**
   * Does one thing and tells of it, with what `resultOf` says came of it. Throws StepFailed, with
   * its title, where it fails, and Interrupted, without beginning, after Ctrl-C.
   */
  step<T>(title: string, work: () => Promise<T>, resultOf?: (result: T) => string): Promise<T>;
  /** As `step`, of a thing with so many parts; `work` says how many are done. */
  progress<T>(
    title: string,
    total: number,
    work: (onProgress: (done: number) => void) => Promise<T>,
  ): Promise<T>;
  /** A line between the steps. */
  note(line: string): void;
}

/** Where steps are told: stderr, so that stdout carries reports alone. */
type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** May lines be written over? Only on a terminal, and not where plain text is asked for. */
export function isLive(output: Output): boolean {
  return output.isTTY === true && !wantsPlainText();
}

/** Columns of a terminal that does not say. */
const columnsDefault = 80;

/**
 * Steps as lines. On a live terminal the running step is shown, with a bar where it has parts, then
 * replaced by its result; elsewhere there is one line a step, when it is over.
 *
 * @example
 * await stepsOn(process.stderr, stop).step('PostgreSQL and Redis are up', () => startServices(…));
 * // ✓ PostgreSQL and Redis are up  1.20 s
 */
export function stepsOn(output: Output, stop: AbortSignal): Steps {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream: output });
  const isShown = isLive(output);
  const show = (title: string) => {
    // A line that wraps could not be taken away again.
    const line = `… ${title}`.slice(0, (output.columns || columnsDefault) - 1);
    if (isShown) output.write(style('dim', line));
  };
  const clear = () => isShown && output.write('\r\u001b[2K');
  let running = '';

  const step: Steps['step'] = async (title, work, resultOf) => {
    stop.throwIfAborted();
    running = title;
    show(title);
    const startedAt = performance.now();
    const finish = (mark: string, result = '') => {
      const took = ((performance.now() - startedAt) / 1_000).toFixed(2);
      clear();
      output.write(`${mark} ${title}${result && `: ${result}`}  ${style('dim', `${took} s`)}\n`);
    };
    try {
      const result = await work();
      finish(style('green', '✓'), resultOf?.(result));
      return result;
    } catch (error) {
      finish(style('red', '✗'));
      throw error instanceof Interrupted ? error : new StepFailed(title, error);
    }
  };
  return {
    step,
    progress: (title, total, work) =>
      step(title, () => (isShown ? withBar(output, total, work) : work(() => {}))),
    note: (line) => {
      clear();
      output.write(`${style('dim', `  ${line}`)}\n`);
      show(running);
    },
  };
}

const barWidthMax = 30;

/** What may stand beside the bar: `100,000 of 100,000 answered, 600 s`. */
const besideBar = 40;

async function withBar<T>(
  output: Output,
  total: number,
  work: (onProgress: (done: number) => void) => Promise<T>,
): Promise<T> {
  const bar = new SingleBar({
    stream: output,
    format: '  {bar} {value} of {total} answered, {duration} s',
    formatValue: (value, _options, type) => (type === 'duration' ? String(value) : figure(value)),
    barsize: Math.max(1, Math.min(barWidthMax, (output.columns || columnsDefault) - besideBar)),
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
