import type { Client } from 'autocannon';
import { type Answer, readAnswer } from './answer.ts';

/** An answer, when it came after the load's begin, and how long its caller waited. */
export interface Answered {
  readonly answer: Answer;
  readonly atMs: number;
  readonly latencyMs: number;
  /** The first on its connection, which had to be opened meanwhile. */
  readonly isFirst: boolean;
}

/** Notes all that the generator says while a load runs, which must cost little. */
export class Tally {
  readonly answers: Answered[] = [];
  /** When time was over, or a connection had no more to send; until then `Infinity`. */
  wholeUntilMs = Infinity;
  receivedBytes = 0;
  errorCount = 0;
  readonly #startedAt = performance.now();
  #last = { latencyMs: 0, isFirst: true };

  elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** An answer is there. Its body follows at once. */
  onResponse(client: Client, bytes: number, latencyMs: number): void {
    this.receivedBytes += bytes;
    this.#last = { latencyMs, isFirst: client.reqsMade === 1 };
    if (client.reqsMade >= client.responseMax) this.onEnd();
  }

  onBody(body: string): void {
    this.answers.push({ answer: readAnswer(body), atMs: this.elapsedMs(), ...this.#last });
  }

  onError(): void {
    this.errorCount += 1;
  }

  /** From now on the load is not whole. */
  onEnd(): void {
    this.wholeUntilMs = Math.min(this.wholeUntilMs, this.elapsedMs());
  }
}
