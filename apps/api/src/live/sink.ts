import type { EngineFault } from '@holdfast/engine';
import type { Frame } from './stream-frame.ts';

/** Who is told by pushing: first what it must know before, and from then on what comes. */
export interface Sink {
  begin(first: Frame | null): void;
  push(frame: Frame): void;
  end(fault?: EngineFault | null): void;
}

/** What a stream procedure answers: messages that can be pushed, which costs a fraction of iterating over them. */
export interface Pushing {
  /** Tells the sink, until what is answered is called. Throws what keeps it from beginning. */
  pushTo(sink: Sink): Promise<() => void>;
  /** The sink reads too slowly. */
  noteDropped(): void;
}
