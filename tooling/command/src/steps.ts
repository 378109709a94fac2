import { styleText } from 'node:util';
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

/** More often than that nobody reads. */
const progressEveryMs = 100;

/**
 * Steps as lines. On a live terminal the running step is shown, with how far it has come, then
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
  const clear = () => isShown && output.write('\r\u001b[2K');
  let running = '';
  const show = (text: string) => {
    running = text;
    // A line that wraps could not be taken away again.
    const line = `… ${text}`.slice(0, (output.columns || columnsDefault) - 1);
    if (isShown) output.write(style('dim', line));
  };

  const step: Steps['step'] = async (title, work, resultOf) => {
    stop.throwIfAborted();
    show(title);
    const startedAt = performance.now();
    const finish = (mark: string, result = '') => {
      const took = ((performance.now() - startedAt) / 1_000).toFixed(2);
      running = '';
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
  const progress: Steps['progress'] = (title, total, work) => {
    let shownAtMs = performance.now();
    const onProgress = (done: number) => {
      if (performance.now() - shownAtMs < progressEveryMs) return;
      shownAtMs = performance.now();
      clear();
      show(`${title}: ${figure(done)} of ${figure(total)}`);
    };
    return step(title, () => work(onProgress));
  };
  return {
    step,
    progress,
    note: (line) => {
      clear();
      output.write(`${style('dim', `  ${line}`)}\n`);
      if (running !== '') show(running);
    },
  };
}

/** Steps that nobody watches. */
export const silentSteps: Steps = {
  step: (_title, work) => work(),
  progress: (_title, _total, work) => work(() => {}),
  note: () => {},
};
