import { fileURLToPath } from 'node:url';

const path = (fromRoot: string) =>
  fileURLToPath(new URL(`../../../../${fromRoot}`, import.meta.url));

export const repository = {
  apiEntry: path('apps/api/src/main.ts'),
  workerEntry: path('apps/worker/src/main.ts'),
  /** The data of `start`: PostgreSQL's and Redis' files, the secret. Ignored by git. */
  stateDirectory: path('.holdfast'),
} as const;
