import { execFile } from 'node:child_process';

const timeoutMs = 20_000;

/** Has a program look at its configuration. @throws Error with what it says where it does not take it */
export function expectAccepted(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { env, timeout: timeoutMs }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`${program} does not take its configuration.\n${stdout}${stderr}`));
    });
  });
}
