// One HAProxy process: started without any right but that to listen on ports below 1024, as a user of its own, and ended by the kernel
// together with the process that started it. haproxy.ts replaces it by another one for each new configuration.
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { ask } from './runtime-api.ts';

export const USER = 'haproxy';
const PROGRAMS = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'];

export function findHaproxy(): string | undefined {
  return PROGRAMS.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** User and group id; undefined where Debian's package is not installed. */
export function haproxyUser(
  passwd = readFileSync('/etc/passwd', 'utf8'),
): { uid: number; gid: number } | undefined {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === USER);
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) };
}

const ONLY_PORTS = '-all,+net_bind_service';
const DROP_RIGHTS = [
  'setpriv',
  ...['--reuid', USER, '--regid', USER, '--clear-groups', '--no-new-privs'],
  ...['--bounding-set', ONLY_PORTS, '--inh-caps', ONLY_PORTS, '--ambient-caps', ONLY_PORTS],
  ...['--pdeathsig', 'SIGKILL'],
];

export interface ProcessOptions {
  readonly program: string;
  readonly config: string;
  readonly socket: string;
  /** Socket of the process whose listening sockets are taken over. */
  readonly from?: string;
  /** Gets what it writes to its standard output: the access log. */
  readonly write?: (text: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds. */
const PATIENCE = 10_000;

export class HaproxyProcess {
  readonly socket: string;
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  #said = '';
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  #alive = true;

  constructor({ program, config, socket, from, write, clock, log }: ProcessOptions) {
    this.socket = socket;
    this.#clock = clock;
    const [file, ...args] = [...DROP_RIGHTS, program, '-db', '-f', config, ...(from ? ['-x', from] : [])];
    this.#child = spawn(file!, args, {
      stdio: ['ignore', write ? 'pipe' : 'ignore', 'pipe'],
      cwd: '/',
      env: { PATH, GLIBC_TUNABLES },
    });
    if (write) this.#child.stdout!.setEncoding('utf8').on('data', write);
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-2_000);
      for (const line of text.split('\n'))
        if (line.trim()) log[line.includes('ALERT') ? 'warn' : 'debug'](line.trim().slice(0, 500));
    });
    this.ended = new Promise((resolve) => {
      const ended = () => {
        this.#alive = false;
        resolve();
      };
      this.#child.once('exit', ended);
      this.#child.once('error', (error) => {
        this.#said = error.message;
        ended();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when it serves; rejects with what it said when it does not come up. */
  async serving(): Promise<void> {
    const deadline = this.#clock.monotonic() + PATIENCE;
    while (this.#alive && this.#clock.monotonic() < deadline) {
      const answer = await ask(this.socket, 'show info').catch(() => '');
      if (answer.includes('Uptime')) return;
      await this.#clock.sleep(2);
    }
    this.kill();
    throw new Error(`HAProxy does not come up: ${alerts(this.#said)}`);
  }

  /** It accepts no more connections and ends with the last one. */
  retire(): void {
    this.#child.kill('SIGUSR1');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Memory in large pages: a start with 1,000 backends takes 7,000 page faults less, a quarter of its time. */
const GLIBC_TUNABLES = 'glibc.malloc.hugetlb=1';
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

const alerts = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.includes('ALERT'))
    .join(' | ')
    .slice(0, 500) ||
  text.trim().slice(0, 500) ||
  'it says nothing';
