import assert from 'node:assert/strict';
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { nextTurn, systemClock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { seededRandom } from '../../kit/random.ts';
import { RestClient } from '../rest/rest-client.ts';
import { HttpsTransport } from '../transport/https-transport.ts';
import { InformerFactory } from './factory.ts';

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly name: string;
  readonly version: number;
}

/** An API server's watch of config maps, that can be killed and started again: its history outlives it. */
class HistoryServer {
  readonly history: Change[] = [];
  readonly asked: string[] = [];
  /** Versions before this are no longer known. */
  compacted = 0;
  port = 0;
  #server: Http2Server | undefined;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #watches = new Set<ServerHttp2Stream>();

  async start(): Promise<void> {
    const server = createServer();
    server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('error', () => {});
    });
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      this.#watch(stream, new URLSearchParams(String(headers[':path']).split('?')[1]));
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Ends in the midst of a frame, as a process does that is killed. */
  async kill(): Promise<void> {
    for (const watch of this.#watches) watch.write('{"type":"MODIFIED","object":{"metadata":{"na');
    await nextTurn();
    for (const session of this.#sessions) session.destroy();
    this.#watches.clear();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  change(type: Change['type'], name: string): void {
    const change = { type, name, version: this.history.length + 1 };
    this.history.push(change);
    for (const watch of this.#watches) watch.write(frame(change));
  }

  #watch(stream: ServerHttp2Stream, query: URLSearchParams): void {
    const from = Number(query.get('resourceVersion') ?? 0);
    this.asked.push(query.has('sendInitialEvents') ? 'everything' : `after ${from}`);
    stream.respond({ ':status': 200, 'content-type': 'application/json' });
    if (query.has('sendInitialEvents')) {
      for (const change of this.#existing()) stream.write(frame({ ...change, type: 'ADDED' }));
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      const metadata = { resourceVersion: String(this.history.length), annotations };
      stream.write(`${JSON.stringify({ type: 'BOOKMARK', object: { metadata } })}\n`);
    } else if (from < this.compacted) {
      const status = { kind: 'Status', reason: 'Expired', code: 410, message: 'too old resource version' };
      stream.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
      return;
    } else for (const change of this.history.slice(from)) stream.write(frame(change));
    this.#watches.add(stream);
  }

  #existing(): Iterable<Change> {
    const objects = new Map<string, Change>();
    for (const change of this.history)
      if (change.type === 'DELETED') objects.delete(change.name);
      else objects.set(change.name, change);
    return objects.values();
  }
}

function frame({ type, name, version }: Change): string {
  const metadata = { name, namespace: 'ns', uid: name, resourceVersion: String(version) };
  return `${JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'ConfigMap', metadata } })}\n`;
}

describe('an informer whose server is killed', () => {
  let server: HistoryServer;
  let transport: HttpsTransport;
  let informers: InformerFactory;
  let clock: SteppedClock;
  let seen: string[];

  beforeEach(async () => {
    server = new HistoryServer();
    await server.start();
    server.change('ADDED', 'a');
    server.change('ADDED', 'b');
    clock = new SteppedClock();
    transport = new HttpsTransport({ server: `http://127.0.0.1:${server.port}`, clock: systemClock });
    informers = new InformerFactory({
      client: new RestClient({ transport }),
      clock,
      random: seededRandom(1),
      log: silentLogger,
    });
    seen = [];
    informers.informer(ConfigMap).addHandler({
      onAdd: ({ metadata }) => seen.push(`add ${metadata.name} ${metadata.resourceVersion}`),
      onUpdate: ({ metadata }) => seen.push(`update ${metadata.name} ${metadata.resourceVersion}`),
      onDelete: ({ metadata }) => seen.push(`delete ${metadata.name}`),
    });
    informers.start();
    await informers.synced();
  });
  afterEach(async () => {
    informers.stop();
    transport.close();
    await server.kill();
  });

  /** Steps the clock through the informer's waits until `done`. */
  const until = async (done: () => boolean) => {
    for (let i = 0; !done(); i++) {
      assert.ok(i < 2_000, `seen: ${seen.join(', ')}; asked: ${server.asked.join(', ')}`);
      await clock.step(500);
    }
  };

  it('tries at once when it is told that the server answers, however long it would have waited', async () => {
    await server.kill();
    await clock.step(600_000);
    await server.start();
    server.change('ADDED', 'c');
    informers.retry();
    for (let i = 0; i < 500 && !seen.includes('add c 3'); i++) await clock.step(1);
    assert.ok(seen.includes('add c 3'), seen.join());
  });

  it('resumes from the last version when the server is back, and misses and repeats nothing', async () => {
    server.change('MODIFIED', 'a');
    await until(() => seen.includes('update a 3'));
    await server.kill();
    server.change('MODIFIED', 'a');
    server.change('ADDED', 'c');
    server.change('DELETED', 'b');
    await clock.step(20_000);
    await server.start();
    server.change('MODIFIED', 'c');
    await until(() => seen.includes('update c 7'));
    assert.deepEqual(seen.slice(3), ['update a 4', 'add c 5', 'delete b', 'update c 7']);
    assert.deepEqual(server.asked, ['everything', 'after 3']);
  });

  it('lists again when the server no longer has the last version', async () => {
    await server.kill();
    server.change('MODIFIED', 'a');
    server.change('DELETED', 'b');
    server.change('ADDED', 'c');
    server.compacted = 4;
    await server.start();
    await until(() => seen.includes('delete b'));
    assert.deepEqual(seen.slice(2).sort(), ['add c 5', 'delete b', 'update a 3']);
    assert.deepEqual(server.asked, ['everything', 'after 2', 'everything']);
  });
});
