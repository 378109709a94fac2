import { answerParent } from '../child.ts';
import { openStage } from './stage.ts';
import { countStatements } from './statement-count.ts';
import { startSubject } from './subjects.ts';

/** A server under test, in a process of its own: `node serve.ts <name>`, with the api's environment. */
const [, , name = '', sharing] = process.argv;
const started = openStage().then((stage) =>
  startSubject(stage, { name, isShared: sharing === 'shared' }),
);

const statementCount = countStatements();

const functions = {
  url: async () => (await started).url,
  prepare: async () => (await started).prepare(),
  async usage() {
    const subject = await started;
    const { user, system } = process.cpuUsage();
    const rssBytes = process.memoryUsage.rss();
    // In KiB on every system, as libuv gives it.
    const rssBytesMax = process.resourceUsage().maxRSS * 1_024;
    return {
      cpuMs: (user + system) / 1_000,
      rssBytes,
      rssBytesMax,
      /** Statements that it sent to PostgreSQL; what opens and ends a transaction is one, too. */
      statementCount: statementCount(),
      /** `sold_out` that it answered without PostgreSQL. */
      earlyRefusalCount: (await subject.earlyRefusalCount?.()) ?? 0,
    };
  },
};

export type ServerFunctions = typeof functions;

answerParent(functions);
