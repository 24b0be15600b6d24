// Shows directories and files of the machine in a node's mount namespace, by binding what was opened. The node is a slave of the
// machine's mounts, and its own stay in it. What is mounted already, and still is the same directory, stays.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { parseMounts } from '../../../kit/process/mount-entries.ts';
import { child, O_NOFOLLOW, O_PATH } from '../../../kubelet/files/descend.ts';
import type { NodeMount } from '../../config/nodes.ts';
import { UserError } from '../../progress.ts';
import type { NodeShell } from '../shell.ts';
import { openPlain } from './open-plain.ts';

/** Throws a UserError for what cannot be shown. */
export async function checkSources(mounts: readonly NodeMount[]): Promise<void> {
  for (const mount of mounts) await (await openPlain(sourceOf('/', mount))).close();
}

const sourceOf = (root: string, { hostPath }: NodeMount) => ({
  root,
  path: hostPath,
  what: `mount of ${hostPath}`,
});
const targetOf = (root: string, { nodePath }: NodeMount) => ({
  root,
  path: nodePath,
  what: `mount at ${nodePath}`,
});

/** `before`: what an earlier start has shown there, if the node is still the same. */
export async function showDirectories(
  shell: NodeShell,
  wanted: readonly NodeMount[],
  before: readonly NodeMount[],
): Promise<void> {
  const table = parseMounts(await shell.exec(['cat', '/proc/self/mountinfo']));
  const isMounted = ({ nodePath }: NodeMount) => table.some(({ point }) => point === nodePath);
  const there = before.filter(isMounted);
  const kept: NodeMount[] = [];
  for (const mount of there.toReversed()) {
    if (wanted.some((one) => isSame(one, mount)) && (await showsStill(shell, mount))) kept.push(mount);
    else await hide(shell, mount);
  }
  for (const mount of wanted) if (!kept.some((one) => isSame(one, mount))) await show(shell, mount);
}

const isSame = (one: NodeMount, other: NodeMount): boolean =>
  one.hostPath === other.hostPath && one.nodePath === other.nodePath && one.readOnly === other.readOnly;

const run = (shell: NodeShell, script: string, answer: (root: string) => Promise<string>) =>
  shell.exec(['sh', '-c', script, String(process.pid)], { answer: (pid) => answer(`/proc/${pid}/root`) });

/** Containers that have it keep it. */
async function hide(shell: NodeShell, mount: NodeMount): Promise<void> {
  let mounted: FileHandle | undefined;
  try {
    await run(shell, UNMOUNT, async (root) => {
      mounted = await openMounted(root, mount);
      return `${mounted.fd}\n`;
    });
  } finally {
    await mounted?.close();
  }
}

const UNMOUNT = 'echo; read -r on && exec umount --no-canonicalize -l "/proc/$0/fd/$on"';

/** A directory that was deleted and made again, as a clone of a repository may be, is another one. */
async function showsStill(shell: NodeShell, mount: NodeMount): Promise<boolean> {
  let same = false;
  const compare = async (root: string) => {
    const [source, target] = [await openPlain(sourceOf(root, mount)), await openPlain(targetOf(root, mount))];
    const [one, other] = [await source.stat(), await target.stat()];
    // The number of a deleted one may be used again.
    same = other.nlink > 0 && one.dev === other.dev && one.ino === other.ino;
    await Promise.all([source.close(), target.close()]);
    return '\n';
  };
  await run(shell, 'echo; read -r _', compare).catch(() => {});
  return same;
}

/** Mounts one descriptor of ours on another, both opened in the node's namespace: the kernel binds only what is in it. */
const BIND = (how: string) =>
  `echo; read -r from to && exec mount --no-canonicalize ${how} "/proc/$0/fd/$from" "/proc/$0/fd/$to"`;

/** What is mounted further below is not shown read-only: it is not shown, and what is mounted later does not appear. */
const READ_ONLY = `echo; read -r on && mount --no-canonicalize --make-private "/proc/$0/fd/$on" && exec mount --no-canonicalize -o remount,bind,ro none "/proc/$0/fd/$on"`;

async function show(shell: NodeShell, mount: NodeMount): Promise<void> {
  const opened: FileHandle[] = [];
  const keep = (handle: FileHandle) => {
    opened.push(handle);
    return handle;
  };
  try {
    await run(shell, BIND(mount.readOnly ? '--bind' : '--rbind'), async (root) => {
      const source = keep(await openPlain(sourceOf(root, mount)));
      const isDirectory = (await source.stat()).isDirectory();
      const target = keep(await openPlain(targetOf(root, mount), isDirectory ? 'directory' : 'file'));
      if ((await target.stat()).isDirectory() !== isDirectory)
        throw new UserError(
          `mount at ${mount.nodePath}: one of it and ${mount.hostPath} is a directory, and one is not`,
        );
      return `${source.fd} ${target.fd}\n`;
    });
    if (mount.readOnly)
      await run(shell, READ_ONLY, async (root) => `${keep(await openMounted(root, mount)).fd}\n`);
  } finally {
    await Promise.all(opened.map((handle) => handle.close()));
  }
}

/** What is mounted on the last name, in a directory that was opened as any other. */
async function openMounted(root: string, mount: NodeMount): Promise<FileHandle> {
  const names = mount.nodePath.split('/');
  const last = names.pop()!;
  const parent = await openPlain({ ...targetOf(root, mount), path: names.join('/') });
  try {
    return await open(child(parent, last), O_PATH | O_NOFOLLOW);
  } finally {
    await parent.close();
  }
}

/** The parts of a path that are not there, the outermost first. */
export async function missingParts(path: string): Promise<string[]> {
  const names = path.split('/').filter(Boolean);
  const paths = names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`);
  const there = await Promise.all(
    paths.map((one) =>
      stat(one).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, i) => !there[i]);
}
