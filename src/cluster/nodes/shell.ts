// How commands get inside a node: a prefix that enters its namespaces, empty on a node that uses the machine's own.
import { ExecError, type ExecOptions, type ExecResult, tryExec } from '../../kit/exec.ts';
import type { NodePins } from './plan.ts';

type ShellOptions = Pick<ExecOptions, 'input' | 'answer'>;

export interface NodeShell {
  /** Put before a command, it runs inside the node (with / as working directory: use absolute paths). */
  readonly prefix: readonly string[];
  /** Runs a command inside the node to its end; resolves with its output, throws ExecError on failure. */
  exec(command: readonly string[], options?: ShellOptions): Promise<string>;
  /** The same, whatever the exit code. */
  tryExec(command: readonly string[], options?: ShellOptions): Promise<ExecResult>;
}

/** Debian keeps ip, nft and friends where an ordinary user's PATH does not look. */
export const PATH = [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].filter(Boolean).join(':');

export function nodeShell(prefix: readonly string[]): NodeShell {
  const run: NodeShell['tryExec'] = (command, options) =>
    tryExec([...prefix, ...command], { ...options, env: { PATH } });
  return {
    prefix,
    tryExec: run,
    async exec(command, options) {
      const result = await run(command, options);
      if (result.code !== 0) throw new ExecError(command, result);
      return result.stdout;
    },
  };
}

/** The machine itself, outside all nodes. */
export const hostShell: NodeShell = nodeShell([]);

export function namespaceShell({ net, mount, uts }: NodePins): NodeShell {
  const namespaces = [`--net=${net}`, `--mount=${mount}`, ...(uts ? [`--uts=${uts}`] : [])];
  return nodeShell(['nsenter', ...namespaces, '--']);
}
