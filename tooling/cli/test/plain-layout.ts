import type { Layout } from '@holdfast/command';

/** An ordinary terminal, without colour. */
export const plainLayout: Layout = { width: 80, style: (_format, text) => text };
