// API servers over one etcd, as processes of this machine on ports of 127.0.0.1: `tiphys apiserver --etcd-servers …` as many times
// as asked for, and real members of etcd. Any of them can be killed, stopped and started again. Used by e2e, robustness and bench.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '../../../src/kit/clock.ts';
import { TestEtcd } from '../../../src/store/etcd/etcd.fake.ts';
import { credentialsIn } from '../../robustness/server/credentials.ts';
import { type Address, Connection, type Credentials } from '../../robustness/traffic/connection.ts';
import { repository } from '../cluster.ts';
import { eventually } from '../eventually.ts';

const command = join(repository, 'bin/tiphys');

export interface EtcdServersOptions {
  readonly directory: string;
  readonly servers?: number;
  readonly members?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Further flags of each API server. */
  readonly flags?: readonly string[];
}

interface Server {
  readonly address: Address;
  process: ChildProcess | undefined;
}

export class EtcdServers {
  readonly etcd: TestEtcd;
  readonly #options: EtcdServersOptions;
  readonly #servers: readonly Server[];
  #credentials: Credentials | undefined;

  private constructor(options: EtcdServersOptions, etcd: TestEtcd, servers: readonly Server[]) {
    this.#options = options;
    this.etcd = etcd;
    this.#servers = servers;
  }

  static async start(options: EtcdServersOptions): Promise<EtcdServers> {
    const { servers = 2, members = 3 } = options;
    const etcd = await TestEtcd.start(members);
    const ports = await Promise.all(Array.from({ length: servers }, freePort));
    const made = new EtcdServers(
      options,
      etcd,
      ports.map((port) => ({ address: { host: '127.0.0.1', port }, process: undefined })),
    );
    try {
      // One after the other: the first makes the certificates that all have.
      for (let i = 0; i < servers; i++) {
        made.run(i);
        await made.answers(i);
      }
    } catch (error) {
      await made.stop();
      throw error;
    }
    return made;
  }

  get kubeconfig(): string {
    return join(this.#options.directory, 'pki/admin.conf');
  }

  addressOf(index: number): Address {
    return this.#servers[index]!.address;
  }

  /** Started again, it has the same port. */
  run(index: number): void {
    const { directory, env, flags = [] } = this.#options;
    const server = this.#servers[index]!;
    const log = openSync(join(directory, `server-${index}.log`), 'a');
    const all = [
      ['--data-dir', join(directory, `server-${index}`)],
      ['--cert-dir', join(directory, 'pki')],
      ['--secure-port', String(server.address.port)],
      ['--etcd-servers', this.etcd.urls.join(',')],
    ].flat();
    // It does not outlive a test that is killed.
    const dying = ['--pdeathsig', 'KILL', command];
    server.process = spawn('setpriv', [...dying, 'apiserver', ...all, ...flags], {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...env },
    });
    closeSync(log);
  }

  pidOf(index: number): number {
    return this.#servers[index]!.process!.pid!;
  }

  async kill(index: number): Promise<void> {
    await killed(this.#servers[index]!);
  }

  /** Resolves when a server says that it is ready. */
  async answers(index: number): Promise<void> {
    await eventually(
      `server ${index} is ready`,
      async () => {
        this.#credentials ??= credentialsIn(this.kubeconfig);
        const connection = this.connect(() => this.addressOf(index));
        try {
          return (await connection.call({ method: 'GET', path: '/readyz' })).status === 200;
        } finally {
          connection.close();
        }
      },
      60_000,
    );
  }

  /** A client of one server, or of whichever `address` says at each dial. */
  connect(address: () => Address): Connection {
    return new Connection(address, this.#credentials!);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map(killed));
    await this.etcd.stop();
  }
}

async function killed(server: Server): Promise<void> {
  const { process: child } = server;
  server.process = undefined;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await Promise.race([gone, systemClock.sleep(10_000)]);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
