// Real etcd for tests: one member or several on ports of 127.0.0.1, each in a directory of its own below one that goes with the test.
// Members can be killed, stopped, continued and started again. Debian's etcd-server is installed by `npm test`; without it tests skip.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../kit/clock.ts';
import { GrpcClient, type Method } from '../../kit/grpc/client.ts';
import { RANGE, STATUS, TXN } from './rpc/methods.ts';

const PROGRAM = '/usr/bin/etcd';
/** What a test that needs etcd is given as its `skip`. */
export const withoutEtcd: string | false = existsSync(PROGRAM) ? false : 'etcd is not installed';
const START_MS = 30_000;

export interface TestTls {
  /** Files of a server that asks clients for certificates. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  /** PEM of a client. */
  readonly client: { readonly cert: string; readonly key: string };
}

interface Member {
  readonly name: string;
  readonly client: number;
  readonly peer: number;
  process: ChildProcess | undefined;
}

export class TestEtcd {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tiphys-etcd-'));
  readonly #members: Member[] = [];
  readonly #flags: readonly string[];

  readonly #tls: TestTls | undefined;

  private constructor(flags: readonly string[], tls: TestTls | undefined) {
    this.#flags = flags;
    this.#tls = tls;
  }

  /** Resolves when the members answer with a quorum. */
  static async start(count = 1, flags: readonly string[] = [], tls?: TestTls): Promise<TestEtcd> {
    const etcd = new TestEtcd(flags, tls);
    const ports = await freePorts(count * 2);
    for (let i = 0; i < count; i++)
      etcd.#members.push({
        name: `m${i}`,
        client: ports[2 * i]!,
        peer: ports[2 * i + 1]!,
        process: undefined,
      });
    for (let i = 0; i < count; i++) etcd.run(i);
    await etcd.answers();
    return etcd;
  }

  get urls(): string[] {
    return this.#members.map(({ client }) => this.#urlOf(client));
  }

  portOf(index: number): number {
    return this.#members[index]!.client;
  }

  /** Starts a member, for the first time or on the data that it left. */
  run(index: number): void {
    const member = this.#members[index]!;
    const { name, client, peer } = member;
    const known = existsSync(join(this.#directory, name));
    const cluster = this.#members.map((each) => `${each.name}=http://127.0.0.1:${each.peer}`).join(',');
    const flags = [
      ['name', name],
      ['data-dir', join(this.#directory, name)],
      ['listen-client-urls', this.#urlOf(client)],
      ['advertise-client-urls', this.#urlOf(client)],
      ...(this.#tls ? tlsFlags(this.#tls) : []),
      ['listen-peer-urls', `http://127.0.0.1:${peer}`],
      ['initial-advertise-peer-urls', `http://127.0.0.1:${peer}`],
      ['initial-cluster', cluster],
      ['initial-cluster-state', known ? 'existing' : 'new'],
      ['heartbeat-interval', '50'],
      ['election-timeout', '500'],
      ['log-level', 'error'],
    ].map(([flag, value]) => `--${flag}=${value}`);
    // It does not outlive a test that is killed.
    const command = ['--pdeathsig', 'KILL', PROGRAM, ...flags, ...this.#flags];
    member.process = spawn('setpriv', command, { stdio: 'ignore' });
  }

  kill(index: number): Promise<void> {
    return ended(this.#members[index]!);
  }

  /** The process stands still, its connections stay. */
  pause(index: number): void {
    this.#members[index]!.process?.kill('SIGSTOP');
  }

  resume(index: number): void {
    this.#members[index]!.process?.kill('SIGCONT');
  }

  /** Writes keys at one revision, whatever they hold. */
  put(...keys: readonly string[]): Promise<void> {
    return this.write(keys.map((key) => [key, Buffer.from('x')]));
  }

  /** Writes keys at one revision. */
  async write(pairs: readonly (readonly [key: string, value: Buffer])[]): Promise<void> {
    const puts = pairs.map(([key, value]) => ({ request_put: { key: Buffer.from(key), value } }));
    await this.#call(this.portOf(0), TXN, { compare: [], success: puts, failure: [] });
  }

  /** The bytes of a key. */
  async valueOf(key: string): Promise<Buffer> {
    const { kvs } = await Promise.any(
      this.#members.map(({ client }) => this.#call(client, RANGE, { key: Buffer.from(key) })),
    );
    return kvs[0]!.value;
  }

  /** The member that leads. */
  async leader(): Promise<number> {
    for (;;) {
      for (const [index, { client }] of this.#members.entries()) {
        const status = await this.#call(client, STATUS, {}).catch(() => undefined);
        if (status && status.leader !== 0 && status.leader === status.header.member_id) return index;
      }
      await systemClock.sleep(20);
    }
  }

  /** Resolves when a linearizable read is answered at some member. */
  async answers(): Promise<void> {
    const end = systemClock.monotonic() + START_MS;
    for (;;) {
      try {
        await Promise.any(
          this.#members.map(({ client }) => this.#call(client, RANGE, { key: Buffer.from('x') })),
        );
        return;
      } catch (error) {
        if (systemClock.monotonic() > end) throw error;
        await systemClock.sleep(20);
      }
    }
  }

  #urlOf(port: number): string {
    return `${this.#tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  }

  async #call<Req, Res>(port: number, method: Method<Req, Res>, request: Req): Promise<Res> {
    const tls = this.#tls && { tls: { ca: readFileSync(this.#tls.ca), ...this.#tls.client } };
    const client = new GrpcClient({ target: { host: '127.0.0.1', port, ...tls }, clock: systemClock });
    try {
      return await client.unary(method, request, { timeout: 500 });
    } finally {
      client.close();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map(ended));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

const tlsFlags = ({ cert, key, ca }: TestTls): [string, string][] => [
  ['cert-file', cert],
  ['key-file', key],
  ['trusted-ca-file', ca],
  ['client-cert-auth', 'true'],
];

async function ended(member: Member): Promise<void> {
  const { process: child } = member;
  member.process = undefined;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGKILL');
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(
    servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
