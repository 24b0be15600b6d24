// `kubectl` for people on a machine that runs Tiphys as a service and has none: a link in /usr/local/bin. Called by install-service and
// uninstall-service; a kubectl that somebody else has put there stays.
import { lstatSync, mkdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const FOLDER = '/usr/local/bin';

/** The link's path when one was made. `path` is the value of PATH. */
export function linkKubectl(target: string, path: string, folder = FOLDER): string | undefined {
  const link = join(folder, 'kubectl');
  if (lstatSync(link, { throwIfNoEntry: false })) return undefined;
  if (path.split(delimiter).some((one) => one !== '' && isProgram(join(one, 'kubectl')))) return undefined;
  mkdirSync(folder, { recursive: true });
  symlinkSync(target, link);
  return link;
}

/** Takes away only a link to `target`. */
export function unlinkKubectl(target: string, folder = FOLDER): void {
  const link = join(folder, 'kubectl');
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(link) === target)
    rmSync(link);
}

function isProgram(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && (found.mode & 0o111) !== 0;
}
