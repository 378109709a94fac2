import type { Stack } from '@holdfast/cli/parts';
import type { CitusCluster, Services } from '@holdfast/services';
import type { Watching } from '../rehearsal.ts';
import type { Nodes } from './node.ts';

/** What a part of the rehearsal works on. */
export interface Ground extends Watching {
  readonly cluster: CitusCluster;
  /** The cluster and Redis, for a part that needs processes of its own. */
  readonly services: Services;
  readonly nodes: Nodes;
  readonly stack: Stack;
  readonly userCount: number;
  readonly eventCount: number;
  readonly seed: number;
}

/** What a part came to. */
export interface PartFindings {
  /** A sentence for each thing that did not hold. */
  readonly reasons: readonly string[];
  /** For `--json`. */
  readonly figures: object;
  /** For people: what, and how much. */
  readonly rows: readonly (readonly [string, string])[];
}

export interface Part {
  readonly name: string;
  /** What is tried, as a sentence without its full stop. */
  readonly title: string;
  readonly run: (ground: Ground) => Promise<PartFindings>;
}
