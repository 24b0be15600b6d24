// Real sockets on the loopback; whether a server is ready is said by the test.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { systemClock } from '../../kit/clock.ts';
import { silentLogger as log } from '../../kit/log.ts';
import { seededRandom } from '../../kit/random.ts';
import { selfSigned } from '../pki/self-signed.ts';
import { parseServer, serversOf } from './addresses.ts';
import { type Candidate, orderOf } from './choice.ts';
import { type Answer, httpsProber } from './probe.ts';
import { type ServerBalancer, startServerBalancer } from './server-balancer.ts';

/** A server that says who it is, then what it is told. */
class Server {
  readonly #sockets = new Set<net.Socket>();
  readonly #server = net.createServer((socket) => {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.write(`${this.name}\n`);
    socket.on('data', (data) => socket.write(data));
  });
  readonly name: string;
  address = '';

  constructor(name: string) {
    this.name = name;
  }

  async open(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.address = `127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async end(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

interface Connected {
  readonly server: string;
  readonly closed: Promise<void>;
  say(text: string): Promise<string>;
  end(): void;
}

function connect(port: number): Promise<Connected> {
  const socket = net.connect({ host: '127.0.0.1', port });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const next = () =>
    new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString().trim())));
  socket.on('error', () => {});
  return new Promise((resolve, reject) => {
    void next().then((server) =>
      resolve({
        ...{ server, closed },
        say: (text) => {
          const answer = next();
          socket.write(text);
          return answer;
        },
        end: () => socket.destroy(),
      }),
    );
    void closed.then(() => reject(new Error('reset')));
  });
}

describe('the balancer of servers', () => {
  let directory: string;
  let file: string;
  let servers: Server[];
  let answers: Map<string, Answer>;
  let clock: SteppedClock;
  let balancer: ServerBalancer | undefined;
  let spreads: number;
  let open: Connected[];
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tph-balancer-'));
    file = join(directory, 'servers.json');
    servers = ['a', 'b', 'c'].map((name) => new Server(name));
    for (const server of servers) await server.open();
    answers = new Map();
    clock = new SteppedClock();
    spreads = 0;
    open = [];
  });
  const eventually = async (what: string, probe: () => Promise<boolean>) => {
    for (let i = 0; i < 500; i++) {
      if (await probe()) return;
      await systemClock.sleep(10);
    }
    assert.fail(what);
  };
  afterEach(async () => {
    for (const one of open) one.end();
    await balancer?.close();
    await Promise.all(servers.map((server) => server.end()));
    rmSync(directory, { recursive: true, force: true });
  });

  const start = async (given = servers.map(({ address }) => address), more: object = {}) => {
    balancer = await startServerBalancer({
      ...{ servers: given, file, random: seededRandom(7), log },
      // Dialling takes real time, asking does not.
      clock: { ...clockOf(clock), after: (ms, fn) => (ms === 1_000 ? systemClock : clock).after(ms, fn) },
      onSpread: () => {
        spreads++;
      },
      prober: {
        probe: async ({ host, port }) => answers.get(`${host}:${port}`) ?? 'ready',
        close: () => {},
      },
      ...more,
    });
    return balancer;
  };
  const client = async () => {
    const one = await connect(balancer!.port);
    open.push(one);
    return one;
  };
  const clients = async (count: number) => {
    const found: Connected[] = [];
    for (let i = 0; i < count; i++) found.push(await client());
    return found;
  };

  test('spreads connections evenly, and passes on what both sides say', async () => {
    await start();
    const all = await clients(6);
    assert.deepEqual(
      servers.map(({ connections }) => connections),
      [2, 2, 2],
    );
    assert.equal(await all[0]!.say('hello'), 'hello');
  });

  test('goes to another server at once where one refuses', async () => {
    await start();
    await servers[0]!.end();
    const all = await clients(4);
    assert.deepEqual(new Set(all.map(({ server }) => server)), new Set(['b', 'c']));
  });

  test('resets what goes to a server that says nothing any more, within two seconds, and nothing else', async () => {
    await start();
    const all = await clients(3);
    const [gone] = servers as [Server];
    answers.set(gone.address, 'silent');
    // The stepped clock gives the probe's answers at once: what is left are the pauses between two of them.
    await clock.step(1_000);
    const lost = all.find(({ server }) => server === 'a')!;
    await lost.closed;
    for (const one of all) if (one !== lost) assert.equal(await one.say('still'), 'still');
    assert.notEqual((await client()).server, 'a');
  });

  test('is patient with a server that is busy, but not for ever', async () => {
    await start();
    await clients(3);
    answers.set(servers[0]!.address, 'slow');
    await clock.step(7_000);
    assert.deepEqual(
      servers.map(({ connections }) => connections),
      [1, 1, 1],
    );
    await clock.step(2_000);
    await eventually('the others', async () => servers[0]!.connections === 0);
    assert.notEqual((await client()).server, 'a');
  });

  test('does not give up all servers when none answers', async () => {
    await start();
    const all = await clients(3);
    for (const { address } of servers) answers.set(address, 'silent');
    await clock.step(5_000);
    // Of the last one nothing was better.
    const alive = await Promise.all(
      all.map((one) => Promise.race([one.say('x'), one.closed.then(() => 'closed')])),
    );
    assert.ok(alive.includes('x'), alive.join());
  });

  test('takes one that answers but cannot serve only when none is ready', async () => {
    await start();
    answers.set(servers[0]!.address, 'unready');
    answers.set(servers[1]!.address, 'unready');
    await clock.step(2_000);
    assert.equal((await client()).server, 'c');
    answers.set(servers[2]!.address, 'silent');
    await clock.step(2_000);
    assert.notEqual((await client()).server, 'c');
  });

  test('has nodes connect anew after a server has come back, some of them, not at once', async () => {
    let told = 0;
    for (let seed = 0; seed < 30; seed++) {
      spreads = 0;
      await start(undefined, { random: seededRandom(seed) });
      answers.set(servers[0]!.address, 'silent');
      await clock.step(2_000);
      answers.delete(servers[0]!.address);
      await clock.step(1_000);
      await clock.step(40_000);
      told += spreads;
      await balancer!.close();
    }
    balancer = undefined;
    assert.ok(told > 2 && told < 20, `${told} of 30`);
  });

  test('knows after a restart what the cluster said last, and before that what the user said', async () => {
    const [a, b, c] = servers as [Server, Server, Server];
    await start([`https://${a.address}`]);
    assert.equal((await client()).server, 'a');
    balancer!.setServers([]);
    balancer!.setServers([b.address, c.address]);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')).earlier, [a.address]);
    await balancer!.close();
    await start([`https://${a.address}`]);
    assert.deepEqual(new Set((await clients(4)).map(({ server }) => server)), new Set(['b', 'c']));
    await b.end();
    await c.end();
    assert.equal((await client()).server, 'a', 'a server of earlier is better than none');
  });

  test('goes by what the user says where the file is not of ours', async () => {
    for (const text of ['', '{', '[]', 'null', '{"current":[1,"x y",{}],"earlier":7}']) {
      writeFileSync(file, text);
      await start([servers[1]!.address]);
      assert.equal((await client()).server, 'b');
      await balancer!.close();
    }
    balancer = undefined;
  });

  test('resets a client when no server takes it', async () => {
    await start();
    await Promise.all(servers.map((server) => server.end()));
    await assert.rejects(client(), /reset/);
  });
});

/** The methods of a stepped clock, which stand in its class. */
const clockOf = (clock: SteppedClock) => ({
  now: () => clock.now(),
  monotonic: () => clock.monotonic(),
  every: (ms: number, fn: () => void) => clock.every(ms, fn),
  sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
  turn: () => clock.turn(),
});

test('names of servers', () => {
  const parsed = (text: string) => parseServer(text);
  assert.deepEqual(parsed('10.0.0.1'), { host: '10.0.0.1', port: 6443 });
  assert.deepEqual(parsed('https://10.0.0.1:443'), { host: '10.0.0.1', port: 443 });
  assert.deepEqual(parsed('[fd00::1]:6444'), { host: 'fd00::1', port: 6444 });
  assert.deepEqual(parsed('api.example'), { host: 'api.example', port: 6443 });
  for (const bad of ['', 'http://x', 'https://u@x', 'x/y', 'x:99999', 'a b'])
    assert.equal(parsed(bad), undefined, bad);
});

test('the servers that slices name', () => {
  const slice = (addresses: string[], ready: boolean | undefined, port: number | undefined) => ({
    ...{
      apiVersion: 'discovery.k8s.io/v1' as const,
      kind: 'EndpointSlice' as const,
      metadata: { name: 'kubernetes' },
    },
    addressType: 'IPv4' as const,
    endpoints: addresses.map((address) => ({
      addresses: [address],
      conditions: { ...(ready !== undefined && { ready }) },
    })),
    ports: port ? [{ port }] : [],
  });
  assert.deepEqual(
    serversOf([slice(['10.0.0.2', '10.0.0.1'], true, 6443), slice(['fd00::1'], undefined, 6443)]),
    ['10.0.0.1:6443', '10.0.0.2:6443', '[fd00::1]:6443'],
  );
  assert.deepEqual(
    serversOf([slice(['10.0.0.1'], false, 6443), slice(['x'], true, 6443), slice(['10.0.0.1'], true, 0)]),
    [],
  );
  assert.equal(
    serversOf([
      slice(
        Array.from({ length: 500 }, (_, i) => `10.0.${i >> 8}.${i & 255}`),
        true,
        1,
      ),
    ]).length,
    64,
  );
});

test('the order of servers', () => {
  const one = (name: string, more: Partial<Candidate> = {}): Candidate => ({
    ...{ name, current: true, health: 'ready', connections: 0 },
    ...more,
  });
  const all = [
    one('silent', { health: 'silent' }),
    one('busy', { connections: 3 }),
    one('old', { current: false }),
    one('idle'),
    one('unready', { health: 'unready' }),
  ];
  assert.deepEqual(
    orderOf(all, () => 0),
    ['idle', 'busy', 'old', 'unready', 'silent'],
  );
});

test('a probe knows a machine that refuses from one that is busy, and one that is gone', async () => {
  const prober = httpsProber(systemClock, undefined);
  const sockets: net.Socket[] = [];
  const busy = net.createServer((socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  const { port } = busy.address() as net.AddressInfo;
  assert.equal(await prober.probe({ host: '127.0.0.1', port }, 100), 'slow');
  const closed = new Promise((resolve) => busy.close(resolve));
  for (const socket of sockets) socket.destroy();
  await closed;
  assert.equal(await prober.probe({ host: '127.0.0.1', port }, 100), 'refused');
  prober.close();
});

test('a machine with a certificate of the cluster that is no server’s is none', async (t) => {
  for (const [name, wanted] of [
    ['node-1', 'refused'],
    ['kubernetes', 'ready'],
  ] as const) {
    const { certificate: cert, key } = selfSigned(name, [name], {
      clock: systemClock,
      random: seededRandom(7),
    });
    const server = createServer({ cert, key }, (_, response) => response.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const prober = httpsProber(systemClock, () => cert);
    t.after(() => {
      prober.close();
      server.close();
    });
    const { port } = server.address() as net.AddressInfo;
    assert.equal(await prober.probe({ host: '127.0.0.1', port }, 5_000), wanted, name);
  }
});
