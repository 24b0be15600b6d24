// Opens an address in the user's browser.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const OPENERS = ['xdg-open', 'sensible-browser', 'x-www-browser', 'wslview'];

function found(program: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** False if this machine has no browser, or no screen for it. */
export function openBrowser(url: string): boolean {
  const { DISPLAY, WAYLAND_DISPLAY, BROWSER, WSL_DISTRO_NAME } = process.env;
  if (!DISPLAY && !WAYLAND_DISPLAY && !BROWSER && !WSL_DISTRO_NAME) return false;
  const program = (BROWSER && found(BROWSER)) || OPENERS.map(found).find((file) => file !== undefined);
  if (!program) return false;
  const child = spawn(program, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
  return true;
}
