import { openStage } from './stage.ts';
import { startSubject } from './subjects.ts';
import type { Ask, Reply } from './talk.ts';

/**
 * A server under test, in a process of its own: `node serve.ts <name>`, with the api's environment.
 * Its parent talks to it over the channel, and when that closes, it ends.
 */
const [, , name = '', sharing] = process.argv;

process.once('disconnect', () => process.exit());
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
  return { type: 'usage', cpuMs: (user + system) / 1_000, rssBytes, rssBytesMax };
}

function reply(message: Reply): void {
  process.send?.(message);
}
