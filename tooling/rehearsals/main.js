#!/usr/bin/env node
import { requireNode24 } from '../../packages/process/require-node-24.js';

requireNode24();
// Not before that: an older Node cannot even read it.
await import('./src/main.ts');
