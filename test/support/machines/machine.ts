// One machine: boots, runs programs, dies, boots again with its disk as it was. See machines.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExecOptions, type ExecResult, exec, tryExec } from '../../../src/kit/exec.ts';
import { eventually } from '../eventually.ts';
import { bootScript, enterScript } from './boot.ts';
import type { Network, Place } from './network.ts';
import { Program } from './program.ts';

export interface MachineOptions {
  /** Its hostname. */
  readonly name: string;
  /** Directory with what survives a reboot. */
  readonly disk: string;
  /** Below the root of each cgroup tree. */
  readonly cgroup: string;
  readonly place: Place;
  readonly network: Network;
  /** Lines of /etc/hosts. */
  readonly hosts: string;
  readonly clocks: boolean;
}

/** Debian's libfaketime, in the directory of this machine's architecture. */
const FAKE_CLOCK = globSync('/usr/lib/*/faketime/libfaketime.so.1')[0];

/** Mounts and namespaces of a machine wait for those of all others, where many tests run. */
const BOOT_MS = 120_000;

export class Machine {
  readonly #options: MachineOptions;
  #init: ChildProcess | undefined;
  /** Of its first process, as this process sees it. */
  #pid = 0;
  #programs = 0;

  constructor(options: MachineOptions) {
    this.#options = options;
    mkdirSync(join(this.#options.disk, 'faults'));
    if (options.clocks) this.setClock(0);
    mkdirSync(join(this.#options.disk, 'logs'));
  }

  get name(): string {
    return this.#options.name;
  }

  /** IPv4. */
  get address(): string {
    return this.addresses[0];
  }

  get addresses(): readonly [string, string] {
    return this.#options.place.addresses;
  }

  get segment(): number {
    return this.#options.place.segment;
  }

  get running(): boolean {
    return this.#pid !== 0;
  }

  /** A path of the machine's disk, such as /var/lib/tiphys/x, as this process sees it, also while the machine is down. */
  onDisk(path: string): string {
    return join(this.#options.disk, path);
  }

  /** Put before a command, it runs inside. */
  get prefix(): readonly string[] {
    if (!this.#pid) throw new Error(`machine ${this.name} is down`);
    return ['sh', join(this.#options.disk, 'enter')];
  }

  exec(command: readonly string[], options?: ExecOptions): Promise<string> {
    return exec([...this.prefix, ...command], this.#with(options));
  }

  tryExec(command: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return tryExec([...this.prefix, ...command], this.#with(options));
  }

  /** Starts a program that runs until it is killed, or the machine is. */
  spawn(command: readonly string[], options: { env?: Record<string, string>; name?: string } = {}): Program {
    this.#programs += 1;
    const id = `${options.name ?? 'program'}-${this.#programs}`;
    const log = join(this.#options.disk, 'logs', `${id}.log`);
    const env = { ...this.environment, ...options.env };
    return new Program({ machine: this, id, log, command, env });
  }

  async boot(): Promise<void> {
    if (this.#pid) throw new Error(`machine ${this.name} is up`);
    const { name, disk, cgroup, hosts } = this.#options;
    const namespaces = ['--net', '--mount', '--pid', '--uts', '--ipc', '--cgroup'];
    const script = bootScript({ name, disk, hosts });
    // Started with a socket as its input bash takes itself for a remote shell, and would read the user's .bashrc.
    // In its cgroup before the namespace of cgroups is made: that is where the namespace's root is then.
    const child = spawn(
      'bash',
      [
        '--norc',
        '-c',
        enterCgroup(cgroup),
        'boot',
        'unshare',
        ...namespaces,
        '--fork',
        '--kill-child',
        'bash',
        '--norc',
        '-c',
        script,
      ],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
    this.#init = child;
    let said = '';
    let complaints = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    child.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    const booted = () => child.exitCode !== null || said.includes('booted');
    await eventually(`machine ${name}`, booted, BOOT_MS);
    if (child.exitCode !== null) throw new Error(`machine ${name} did not boot: ${complaints}`);
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    const pid = Number(children.trim().split(' ')[0]);
    await this.#options.network.plug(name, this.#options.place, pid);
    writeFileSync(join(disk, 'enter'), enterScript(cgroup, pid));
    this.#pid = pid;
  }

  /** As when the power fails: SIGKILL for everything at once. Its disk stays. Resolves when nothing of it runs any more. */
  async kill(): Promise<void> {
    const pid = this.#pid;
    this.#pid = 0;
    this.#init?.kill('SIGKILL');
    if (pid) await eventually(`the end of ${this.name}`, () => isGone(pid));
  }

  /** Power off and on. */
  async reboot(): Promise<void> {
    await this.kill();
    await this.boot();
  }

  /**
   * From now on the wall clock of programs that use the C library is wrong by so many milliseconds, that by which OpenSSL judges certificates
   * too; programs in Go, such as etcd and containerd, have the right one. Needs the option `clocks`.
   */
  setClock(ms: number): void {
    if (!this.#options.clocks) throw new Error('start the machines with { clocks: true }');
    const seconds = ms / 1000;
    writeFileSync(`${this.#clockFile}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(`${this.#clockFile}.new`, this.#clockFile);
  }

  get #clockFile(): string {
    return join(this.#options.disk, 'faults/clock');
  }

  #with(options?: ExecOptions): ExecOptions {
    return { ...options, env: { ...this.environment, ...options?.env } };
  }

  /** What its programs have of their own. */
  get environment(): Record<string, string> {
    const home = { HOME: '/root', KUBECONFIG: '', XDG_CACHE_HOME: '/var/cache/machine' };
    if (!this.#options.clocks) return home;
    if (!FAKE_CLOCK) throw new Error('clocks that are off need faketime: bin/setup faketime');
    return {
      ...home,
      LD_PRELOAD: FAKE_CLOCK,
      FAKETIME_TIMESTAMP_FILE: this.#clockFile,
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }
}

const enterCgroup = (cgroup: string) => enterScript(cgroup, undefined);

function isGone(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return true;
  }
}
