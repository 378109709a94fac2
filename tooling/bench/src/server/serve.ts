import { answerParent } from '../child.ts';
import { openStage } from './stage.ts';
import { countStatements } from './statement-count.ts';
import { startSubject } from './subjects.ts';

/** A server under test, in a process of its own: `node serve.ts <name>`, with the api's environment. */
const [, , name = '', sharing] = process.argv;
const started = openStage().then((stage) =>
  startSubject(stage, { name, isShared: sharing === 'shared' }),
);

process.once('disconnect', () => process.exit());
const statementCount = countStatements();
const subject = await startSubject(await openStage(), { name, isShared: sharing === 'shared' });
process.on('message', (ask: Ask) => {
  answer(ask).then(reply, (error: unknown) => reply({ type: 'failed', message: String(error) }));
});
reply({ type: 'listening', url: subject.url });

async function answer(ask: Ask): Promise<Reply> {
  if (ask.type === 'prepare') {
    await subject.prepare();
    return { type: 'prepared' };
  }
  const { user, system } = process.cpuUsage();
  const rssBytes = process.memoryUsage.rss();
  // In KiB on every system, as libuv gives it.
  const rssBytesMax = process.resourceUsage().maxRSS * 1_024;
  return {
    type: 'usage',
    cpuMs: (user + system) / 1_000,
    rssBytes,
    rssBytesMax,
    statementCount: statementCount(),
    earlyRefusalCount: (await subject.earlyRefusalCount?.()) ?? 0,
  };
}

answerParent(functions);
