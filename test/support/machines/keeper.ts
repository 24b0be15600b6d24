// Removes what does not end by itself with the process of a test: the cgroups of its machines and their disks. A process of a session
// of its own, which waits until the test has gone, so it works after a SIGKILL of the test, too.
import { spawn } from 'node:child_process';

/** $1 is the cgroup below each tree, $2 the directory. Processes of a killed machine take a moment to leave their cgroup. */
const SCRIPT = `
cat >/dev/null
for _ in $(seq 100); do
  left=
  for tree in /sys/fs/cgroup /sys/fs/cgroup/*; do
    [ -d "$tree/$1" ] || continue
    find "$tree/$1" -depth -type d -exec rmdir {} + 2>/dev/null
    [ -d "$tree/$1" ] && left=1
  done
  [ -z "$left" ] && break
  sleep 0.1
done
rm -rf --one-file-system "$2"
`;

export interface Keeper {
  /** Resolves when everything is removed. */
  end(): Promise<void>;
}

export function startKeeper(directory: string, cgroup: string): Keeper {
  const child = spawn('bash', ['--norc', '-c', SCRIPT, 'machines-keeper', cgroup, directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  return {
    end: () =>
      new Promise((resolve) => {
        child.ref();
        child.once('exit', () => resolve());
        child.stdin!.end();
      }),
  };
}
