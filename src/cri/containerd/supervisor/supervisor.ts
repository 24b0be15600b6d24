// Keeps one containerd running for a node: writes its configuration, starts it detached (it outlives Tiphys), adopts
// one that already runs, restarts it when it dies. Pods keep running throughout, in their shims.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { Backoff } from '../../../kit/backoff.ts';
import { type Clock, systemClock, type Timer } from '../../../kit/clock.ts';
import { type Logger, silentLogger } from '../../../kit/log.ts';
import { rotate } from '../../../kit/logging/rotated-file.ts';
import { type ContainerdConfig, configToml, type OciRuntime } from './config-file.ts';
import { crunScript, findProgram, SEARCH } from './oci-runtimes.ts';
import { type Registries, writeRegistryHosts } from './registry-hosts.ts';

export interface SupervisorOptions extends Omit<ContainerdConfig, 'restrictOomScore'> {
  /** Precedes the command, such as nsenter with its arguments to enter the node's namespaces. */
  prefix: readonly string[];
  /** Mirrors, e.g. one for all registries: { _default: 'http://10.0.0.1:5000' }. */
  registries?: Registries;
  clock?: Clock;
  log?: Logger;
  /** Milliseconds to wait for the socket. */
  startTimeout?: number;
}

/** Milliseconds between looks at the size of containerd's log. */
const LOG_CHECK = 30_000;

export class ContainerdSupervisor {
  readonly socket: string;
  readonly #options: SupervisorOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #backoff = new Backoff<string>({ base: 100, cap: 10_000 });
  #pid: number | undefined;
  /** Set while the process we started ourselves lives. */
  #child: ChildProcess | undefined;
  #restarting = false;
  #upSince = 0;
  #watch: Timer | undefined;
  #logWatch: Timer | undefined;
  #stopped = true;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
    this.socket = options.socket;
    if (this.socket.length > 107) throw new Error(`too long for a unix socket: ${this.socket}`);
  }

  get pid(): number | undefined {
    return this.#pid;
  }

  /** Resolves when containerd answers on its socket; from then on keeps it alive until stop() or release(). */
  async start(): Promise<void> {
    await this.#writeConfig();
    this.#pid = await this.#running();
    if (this.#pid === undefined) await this.#spawn();
    else this.#log.info('adopted containerd', { pid: this.#pid });
    await this.#waitForSocket();
    this.#stopped = false;
    this.#watch = this.#clock.every(250, () => void this.#check());
    rotate(this.#logPath);
    this.#logWatch = this.#clock.every(LOG_CHECK, () => rotate(this.#logPath));
  }

  /** Stops supervising: containerd and all pods go on running, for another process to adopt. */
  release(): void {
    this.#stopped = true;
    this.#watch?.cancel();
    this.#logWatch?.cancel();
  }

  /** Ends containerd, not the pods. */
  async stop(): Promise<void> {
    this.release();
    const pid = this.#pid ?? (await this.#running());
    if (pid === undefined) return;
    signal(pid, 'SIGTERM');
    for (let i = 0; (await this.#isOurs(pid)) && i < 500; i++) {
      if (i === 300) signal(pid, 'SIGKILL');
      await this.#clock.sleep(10);
    }
    this.#pid = undefined;
  }

  get #logPath(): string {
    return join(this.#options.directory, 'containerd.log');
  }

  get #configPath(): string {
    return join(this.#options.directory, 'config.toml');
  }

  async #writeConfig(): Promise<void> {
    const { directory } = this.#options;
    await mkdir(join(directory, 'certs.d'), { recursive: true });
    await writeRegistryHosts(join(directory, 'certs.d'), this.#options.registries ?? {});
    const restrictOomScore = !(await mayLowerOomScore());
    const runtimes = await Promise.all(this.#options.runtimes.map((runtime) => this.#wrapped(runtime)));
    await writeWhole(this.#configPath, configToml({ ...this.#options, runtimes, restrictOomScore }), 0o644);
  }

  async #wrapped(runtime: OciRuntime): Promise<OciRuntime> {
    if (runtime.handler !== 'crun') return runtime;
    const binary = join(this.#options.directory, 'crun');
    await writeWhole(binary, crunScript(runtime.binary), 0o755);
    return { ...runtime, binary };
  }

  async #spawn(): Promise<void> {
    const program = findProgram('containerd');
    if (!program) throw new Error('containerd is not installed');
    await rm(this.socket, { force: true });
    const log = await open(this.#logPath, 'a', 0o600);
    const [file, ...args] = [...this.#options.prefix, program, '-c', this.#configPath];
    const child = spawn(file!, args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      cwd: '/',
      env: { ...process.env, PATH: SEARCH.join(delimiter), NOTIFY_SOCKET: undefined },
    });
    child.on('error', (error) => this.#log.error('containerd cannot be started', { error }));
    child.on('exit', () => {
      this.#child = undefined;
      void this.#check();
    });
    child.unref();
    await log.close();
    this.#child = child;
    this.#pid = child.pid;
    await writeFile(join(this.#options.directory, 'containerd.pid'), `${child.pid}\n`);
  }

  /** Id of the containerd that runs with our configuration, whichever process started it. */
  async #running(): Promise<number | undefined> {
    const noted = await readFile(join(this.#options.directory, 'containerd.pid'), 'utf8').catch(() => '');
    const pid = Number(noted);
    if (pid > 1 && (await this.#isOurs(pid))) return pid;
    if (!(await answers(this.socket))) return undefined;
    for (const entry of await readdir('/proc')) {
      if (Number(entry) > 1 && (await this.#isOurs(Number(entry)))) return Number(entry);
    }
    return undefined;
  }

  /** A child is alive until its exit is reported: during exec its command line is empty, so #isOurs would say no. */
  async #alive(): Promise<boolean> {
    return this.#child !== undefined || (this.#pid !== undefined && (await this.#isOurs(this.#pid)));
  }

  /** False for a dead process, a zombie, and another process that got the same id. */
  async #isOurs(pid: number): Promise<boolean> {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.includes(`\0-c\0${this.#configPath}\0`);
  }

  async #waitForSocket(): Promise<void> {
    const limit = this.#clock.monotonic() + (this.#options.startTimeout ?? 20_000);
    while (!(await answers(this.socket))) {
      if (!(await this.#alive()) || this.#clock.monotonic() > limit) {
        throw new Error(`containerd did not come up: ${await this.#endOfLog()}`);
      }
      await this.#clock.sleep(5);
    }
  }

  async #endOfLog(): Promise<string> {
    const log = await readFile(this.#logPath, 'utf8').catch(() => '');
    return log.trim().split('\n').slice(-3).join(' | ') || 'it wrote no log';
  }

  async #check(): Promise<void> {
    if (this.#stopped || (await this.#alive()) || this.#stopped || this.#restarting) return;
    this.#restarting = true;
    try {
      await this.#restart();
    } finally {
      this.#restarting = false;
    }
  }

  async #restart(): Promise<void> {
    if (this.#clock.monotonic() - this.#upSince > 30_000) this.#backoff.forget('start');
    while (!this.#stopped) {
      const delay = this.#backoff.next('start');
      this.#log.warn('containerd died, restarting', { pid: this.#pid, delay });
      await this.#clock.sleep(delay);
      if (this.#stopped) return;
      try {
        await this.#spawn();
        await this.#waitForSocket();
        this.#upSince = this.#clock.monotonic();
        return;
      } catch (error) {
        this.#log.error('containerd did not come up', { error });
      }
    }
  }
}

/** By rename: containerd or a shim may read or run the file meanwhile. */
async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  await writeFile(`${path}.tmp`, text, { mode });
  await rename(`${path}.tmp`, path);
}

/** CAP_SYS_RESOURCE (24) among our effective capabilities. */
async function mayLowerOomScore(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> 24n) & 1n) === 1n;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has exited already.
  }
}

/** True when the socket accepts connections. */
function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    const done = (answer: boolean) => {
      connection.destroy();
      resolve(answer);
    };
    connection.once('connect', () => done(true));
    connection.once('error', () => done(false));
  });
}
