import { spawn } from 'node:child_process';

interface Desktop {
  readonly platform: NodeJS.Platform;
  /** Is there a screen to open a window on? */
  readonly hasDisplay: boolean;
}

/**
 * Opens an address in the browser of whoever sits at this machine, where there is one. It is a wish: what it comes to,
 * nobody hears, because the address is printed, too.
 *
 * @returns `false` where there is nothing to open it with
 */
export function openInBrowser(address: string, { platform, hasDisplay }: Desktop): boolean {
  const program = platform === 'darwin' ? 'open' : 'xdg-open';
  if (platform !== 'darwin' && !hasDisplay) return false;
  const child = spawn(program, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
  return true;
}
