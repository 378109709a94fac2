import type { Paper } from '../src/paper.ts';

/** An ordinary terminal, without colour. */
export const plainPaper: Paper = { width: 80, style: (_format, text) => text };
