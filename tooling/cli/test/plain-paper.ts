import type { Paper } from '@holdfast/command';

/** An ordinary terminal, without colour. */
export const plainPaper: Paper = { width: 80, style: (_format, text) => text };
