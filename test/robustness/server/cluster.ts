// The cluster under test: a control plane as users run it, without nodes, started by bin/tiphys with a data directory of its
// own, and its processes, which faults kill, stop and starve.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecord, runningProcesses } from '../../../src/cluster/state/registry.ts';
import { exec, tryExec } from '../../../src/kit/exec.ts';
import { repository } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { type Address, Connection, type Credentials } from '../traffic/connection.ts';
import { credentialsIn } from './credentials.ts';

const command = join(repository, 'bin/tiphys');
/** Milliseconds in which a cluster must be usable again when a fault is over. */
const RECOVERY = 60_000;

export interface ClusterOptions {
  readonly name: string;
  readonly dataDir: string;
  /** Below the ports that the kernel gives to connections: nobody takes it while the API server is down. */
  readonly port: number;
  readonly kubeconfig: string;
  readonly env: Record<string, string>;
}

export class ClusterUnderTest {
  readonly #options: ClusterOptions;
  #credentials: Credentials | undefined;
  #began = 0;

  private constructor(options: ClusterOptions) {
    this.#options = options;
  }

  static async start(options: ClusterOptions): Promise<ClusterUnderTest> {
    const cluster = new ClusterUnderTest(options);
    await tryExec([command, 'down', '--name', options.name, '--purge']);
    await cluster.up();
    return cluster;
  }

  /** Starts all its processes; resolves when the API answers. */
  async up(): Promise<void> {
    const { name, dataDir, kubeconfig, port, env } = this.#options;
    const place = ['--data-dir', dataDir, '--kubeconfig', kubeconfig, '--api-port', String(port)];
    await exec([command, 'up', '--name', name, '--nodes', '0', '--detach', ...place], { env });
    this.#credentials = credentialsIn(kubeconfig);
    this.#began = this.controlPlane;
  }

  /** Starts all anew, if the control plane has been: its supervisor waits longer each time, up to ten seconds. */
  async forgetRestarts(): Promise<void> {
    if (this.controlPlane === this.#began) return;
    await this.killAll();
    await this.up();
  }

  async down(): Promise<void> {
    await exec([command, 'down', '--name', this.#options.name, '--purge']);
  }

  get address(): Address {
    return { host: '127.0.0.1', port: readRecord(this.#options.name)!.apiPort };
  }

  connect(address: () => Address = () => this.address): Connection {
    return new Connection(address, this.#credentials!);
  }

  /** Resolves when it reads and writes. */
  async recovered(): Promise<void> {
    const connection = this.connect();
    const probe = async () => {
      if ((await connection.call({ method: 'GET', path: '/readyz' })).status !== 200) return false;
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'recovered-' } };
      const path = '/api/v1/namespaces/default/configmaps';
      return (await connection.call({ method: 'POST', path, body })).status === 201;
    };
    try {
      await eventually('the cluster reads and writes again', probe, RECOVERY);
    } finally {
      connection.close();
    }
  }

  get controlPlane(): number {
    return readRecord(this.#options.name)!.controlPlane!;
  }

  get nodeAgent(): number {
    return readRecord(this.#options.name)!.pid;
  }

  /** The process number of a control plane other than `pid`, once there is one. */
  nextControlPlane(pid: number): Promise<number> {
    const other = (): number | undefined => (this.controlPlane === pid ? undefined : this.controlPlane);
    return eventually('another control plane', other, RECOVERY);
  }

  /** Does something while no thread of the control plane runs or is in a system call. */
  async whileStopped(work: () => Promise<void>): Promise<void> {
    const pid = this.controlPlane;
    kill(pid, 'SIGSTOP');
    try {
      await eventually('all threads have stopped', () => isStopped(pid));
      await work();
    } finally {
      kill(pid, 'SIGCONT');
    }
  }

  /** SIGKILL to all processes, if there are any, the launcher first: nobody starts them again. */
  async killAll(): Promise<void> {
    const record = readRecord(this.#options.name);
    if (!record) return;
    for (const pid of runningProcesses(record)) kill(pid, 'SIGKILL');
    await eventually('they are gone', () => runningProcesses(record).length === 0);
  }
}

/** Harmless when the process is gone. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether every thread is in state T: a thread stops when its system call returns. */
function isStopped(pid: number): boolean {
  const stat = (thread: string) => readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
  return readdirSync(`/proc/${pid}/task`).every((thread) => /^\d+ \(.*\) T /.test(stat(thread)));
}

export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** How many files a process may open. */
export const mostOpenFiles = (pid: number): number =>
  Number(/Max open files +(\d+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))![1]);

/** A process may open so many files from now on. */
export async function limitOpenFiles(pid: number, most: number): Promise<void> {
  await exec(['prlimit', '--pid', String(pid), `--nofile=${most}:`]);
}
