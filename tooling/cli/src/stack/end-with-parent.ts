/**
 * Loaded into the api and the worker before anything of theirs (`node --import`). They run in
 * sessions of their own, so that Ctrl-C reaches the command alone and it can stop them in the right
 * order. Should the command itself be killed, the channel to it closes, and they drain and end.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The channel alone must not keep a process alive that has nothing left to do.
process.channel?.unref();
