// Mounts of tmpfs in the node's mount namespace, which need not be the kubelet's: outside it they are invisible. A new
// kubelet finds the mounts of the old one in the node's table. Used by host-files.ts.
import { ExecError } from '../../kit/exec.ts';
import { checkNames, type MemoryMount, type NodePath } from './node-files.ts';

/** Runs a command inside the node's namespaces and gives its output. */
export type Run = (command: readonly string[]) => Promise<string>;

export class NodeMounts {
  readonly #run: Run;
  /** Read once, then kept up by what is mounted and unmounted here. */
  #mounted: Promise<Set<string>> | undefined;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Mode and group come with the mount: from outside the node they cannot be set afterwards. */
  async mountMemory(path: string, { bytes, mode, gid }: MemoryMount): Promise<void> {
    const mounted = await this.#table();
    if (mounted.has(path)) return;
    const options = [
      ...(bytes === undefined ? [] : [`size=${bytes}`]),
      `mode=${mode.toString(8).padStart(4, '0')}`,
      ...(gid === undefined ? [] : [`gid=${gid}`]),
    ];
    await this.#run(['mount', '-t', 'tmpfs', '-o', options.join(), 'tmpfs', path]);
    mounted.add(path);
  }

  async unmount(path: string): Promise<void> {
    if (!(await this.#table()).has(path)) return;
    try {
      await this.#run(['umount', path]);
    } catch (error) {
      // It may have been unmounted by other means since the table was read.
      this.#mounted = undefined;
      if ((await this.#table()).has(path)) throw error;
    }
    (await this.#table()).delete(path);
  }

  /** undefined when the volume is not one that only the node sees. */
  async resolve(path: NodePath): Promise<string | undefined> {
    checkNames(path);
    if (!(await this.#table()).has(path.root)) return undefined;
    try {
      return await this.#run(['sh', '-ec', RESOLVE, 'sub-path', path.root, ...path.below]);
    } catch (error) {
      throw error instanceof ExecError ? new Error(error.result.stderr.trim(), { cause: error }) : error;
    }
  }

  #table(): Promise<Set<string>> {
    this.#mounted ??= this.#run(['cat', '/proc/self/mounts']).then(
      (table) => new Set(table.split('\n').flatMap((line) => unescaped(line.split(' ')[1]))),
      (error) => {
        this.#mounted = undefined;
        throw error;
      },
    );
    return this.#mounted;
  }
}

/** The kernel writes blanks and backslashes of paths as octal numbers. */
const unescaped = (field: string | undefined): string[] =>
  field
    ? [field.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))]
    : [];

/**
 * Does in the node what sub-path.ts does outside. Fails when a link leads out of the volume. Command substitution cuts
 * newlines off the end of a name; the last comparison notices that.
 */
const RESOLVE = `
root=$(realpath -e -- "$1"); path=$root; shift
for part; do
  next=$path/$part
  if [ ! -e "$next" ] && [ ! -L "$next" ]; then mkdir -- "$next"; chmod --reference="$root" -- "$next"; fi
  path=$(realpath -e -- "$next")
  case $path in "$root"|"$root"/*) ;; *) echo "subpath is not within volume path $root" >&2; exit 1;; esac
  [ "$(realpath -e -- "$path")" = "$path" ]
done
printf %s "$path"`;
