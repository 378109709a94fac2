import { type Cell, cells } from './cells.ts';

/** How much is measured. */
export interface MatrixPlan {
  readonly mode: 'full' | 'quick' | 'tiny';
  readonly cells: readonly Cell[];
  /** In each, every variant is measured once in every cell, one after the other. */
  readonly roundCount: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
  readonly connectionCount: number;
  readonly userCount: number;
}

const common = { connectionCount: 100, userCount: 40_000 };

/** With two variants some six minutes, with eight some twenty. */
export const fullMatrix: MatrixPlan = {
  ...common,
  mode: 'full',
  cells,
  roundCount: 3,
  durationMs: 2_000,
  warmUpMs: 1_500,
};

export const quickMatrix: MatrixPlan = {
  ...common,
  mode: 'quick',
  cells,
  roundCount: 2,
  durationMs: 1_200,
  warmUpMs: 800,
};

/** Does the matrix itself work? */
export const tinyMatrix: MatrixPlan = {
  mode: 'tiny',
  cells: cells.filter(
    ({ processCount, sale, postgres }) =>
      processCount === 1 && sale === 'coming_back' && postgres === 'near',
  ),
  roundCount: 1,
  durationMs: 500,
  warmUpMs: 200,
  connectionCount: 20,
  userCount: 1_000,
};
