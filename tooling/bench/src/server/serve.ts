import { answerParent } from '../child.ts';
import { openStage } from './stage.ts';
import { startSubject } from './subjects.ts';

/** A server under test, in a process of its own: `node serve.ts <name>`, with the api's environment. */
const [, , name = '', sharing] = process.argv;
const started = openStage().then((stage) =>
  startSubject(stage, { name, isShared: sharing === 'shared' }),
);

const functions = {
  url: async () => (await started).url,
  prepare: async () => (await started).prepare(),
  usage() {
    const { user, system } = process.cpuUsage();
    const rssBytes = process.memoryUsage.rss();
    // In KiB on every system, as libuv gives it.
    const rssBytesMax = process.resourceUsage().maxRSS * 1_024;
    return { cpuMs: (user + system) / 1_000, rssBytes, rssBytesMax };
  },
};

export type ServerFunctions = typeof functions;

answerParent(functions);
