import { writeSync } from 'node:fs';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { skippedFor } from './skipped-for.ts';
import { type Tally, tally, tallyLine } from './tally.ts';

const standardOutput = 1;

/** Services are given 30 s to stop (vitest.config.ts). */
const endingMsMax = 60_000;

/**
 * Prints one line after everything else: `123 passed, 0 failed`, with `, 2 skipped` where any were. On a Citus cluster
 * lines before it say how many were skipped for which reason.
 *
 * It is written when the process ends, because services are stopped, and may complain, after the
 * run is over. A run that ends in failure without a failed test has failed once.
 *
 * A process that a test started and did not stop may hold our output open, and Vitest would wait
 * for it for ever. So a run that is over and does not end is ended, and has failed.
 */
export default class TallyReporter implements Reporter {
  #tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  #isWatching = false;
  readonly #endingMsMax: number;

  constructor(options: { readonly endingMsMax?: number } = {}) {
    this.#endingMsMax = options.endingMsMax ?? endingMsMax;
  }

  onInit(vitest: Vitest): void {
    this.#isWatching = vitest.config.watch;
    process.once('exit', (exitCode) => {
      const { passed, failed, skipped } = this.#tally;
      const isUnexplained = exitCode !== 0 && failed === 0;
      const line = tallyLine({ passed, failed: isUnexplained ? 1 : failed, skipped });
      writeSync(standardOutput, `${line}\n`);
    });
  }

  onTestRunEnd(files: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.#tally = tally(files, unhandledErrors);
    for (const line of skippedFor(files)) writeSync(standardOutput, `${line}\n`);
    if (!this.#isWatching) setTimeout(endStuckRun, this.#endingMsMax).unref();
  }
}

function endStuckRun(): void {
  console.error('The tests are over, but a process that one of them started was never stopped.');
  process.exit(1);
}
