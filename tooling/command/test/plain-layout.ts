import type { Layout } from '../src/layout.ts';

/** An ordinary terminal, without colour. */
export const plainLayout: Layout = { width: 80, style: (_format, text) => text };
