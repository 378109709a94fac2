import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const path = (fromHere: string) => fileURLToPath(new URL(fromHere, import.meta.url));

/** The ending of our own files: `.ts` in the repository, `.js` where they are installed, compiled. */
export const ending = extname(import.meta.url);

/** The programs beside this one, and where `start` keeps PostgreSQL's and Redis' files, and the secret. */
export const repository =
  ending === '.ts'
    ? {
        apiEntry: path('../../../../apps/api/src/main.ts'),
        workerEntry: path('../../../../apps/worker/src/main.ts'),
        pagesBuild: path('../../../../apps/web/scripts/build.ts'),
        /** Ignored by git. */
        stateDirectory: path('../../../../.holdfast'),
      }
    : {
        apiEntry: path('../../../api/dist/main.js'),
        workerEntry: path('../../../worker/dist/main.js'),
        pagesBuild: null,
        stateDirectory: resolve('.holdfast'),
      };
