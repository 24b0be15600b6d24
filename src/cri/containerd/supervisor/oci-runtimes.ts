// The OCI runtimes of a machine, and what is to be put right about one of them. Called by the supervisor and by `cluster`.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { OciRuntime } from './config-file.ts';

/** Directories of programs: Debian keeps some where an ordinary user's PATH does not look. */
export const SEARCH = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/local/sbin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
];

/** Absolute path of an installed program, or undefined. */
export function findProgram(name: string): string | undefined {
  return SEARCH.filter(Boolean)
    .map((d) => join(d, name))
    .find((p) => existsSync(p));
}

/** The OCI runtimes on this machine, the quicker crun first where it works. */
export function installedRuntimes(crunWorks: boolean): OciRuntime[] {
  const names = crunWorks ? ['crun', 'runc'] : ['runc'];
  const found = names.flatMap((handler) => {
    const binary = findProgram(handler);
    return binary ? [{ handler, binary }] : [];
  });
  if (found.length === 0) throw new Error(`no OCI runtime installed: looked for ${names.join(' and ')}`);
  return found;
}

/**
 * crun 1.8 says of a container that it has deleted already that a file or directory is missing, where runc says "container
 * does not exist", and only the latter is understood by containerd's shim. When containerd dies while a shim deletes a
 * container, the shim never learns how that ended: it tries again for ever, and the pod never goes. This script says it in
 * runc's words. All commands but `kill` and `delete` become crun itself.
 */
export function crunScript(crun: string): string {
  const program = `'${crun.replaceAll("'", `'\\''`)}'`;
  return `#!/bin/sh
root= command= id= before=
for word in "$@"; do
  if [ "$before" = --root ]; then root=$word
  elif [ -z "$command" ]; then case $word in kill | delete) command=$word ;; esac
  elif [ -z "$id" ]; then case $word in -*) ;; *) id=$word ;; esac
  fi
  before=$word
done
[ -n "$id" ] || exec ${program} "$@"
code=0
${program} "$@" || code=$?
[ "$code" = 0 ] || [ -e "$root/$id/status" ] || echo "container does not exist" >&2
exit "$code"
`;
}
