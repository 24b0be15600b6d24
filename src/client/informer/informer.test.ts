import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { expired, failure } from '../../api/status/status-error.ts';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { type Random, seededRandom } from '../../kit/random.ts';
import { RestClient } from '../rest/rest-client.ts';
import type { Transport, TransportRequest, WatchFrame } from '../transport/transport.ts';
import { InformerFactory } from './factory.ts';
import { BY_NAMESPACE, BY_OWNER, indexByNamespace, indexByOwner } from './indices.ts';

const map = (name: string, version: number, extra: Partial<ConfigMap['metadata']> = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'ns', uid: `uid-${name}`, resourceVersion: String(version), ...extra },
});
const bookmark = (version: number, end = false): WatchFrame => ({
  type: 'BOOKMARK',
  object: {
    metadata: {
      resourceVersion: String(version),
      ...(end && { annotations: { 'k8s.io/initial-events-end': 'true' } }),
    },
  },
});

/** A server that plays a script: each watch is answered by the next entry. */
class Script implements Transport {
  readonly asked: TransportRequest[] = [];
  readonly answers: (() => AsyncIterable<WatchFrame>)[] = [];
  listed: unknown = { metadata: { resourceVersion: '1' }, items: [] };
  #push: ((frame: WatchFrame | undefined) => void) | undefined;

  async request(request: TransportRequest) {
    this.asked.push(request);
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(this.listed)) };
  }

  async watch(request: TransportRequest) {
    this.asked.push(request);
    const answer = this.answers.shift();
    return answer ? answer() : this.open([]);
  }

  /** A watch that gives these frames and stays open for push(). */
  async *open(frames: readonly WatchFrame[]): AsyncGenerator<WatchFrame> {
    const queue: (WatchFrame | undefined)[] = [...frames];
    let wake = () => {};
    this.#push = (frame) => {
      queue.push(frame);
      wake();
    };
    for (;;) {
      while (queue.length > 0) {
        const frame = queue.shift();
        if (!frame) return;
        yield frame;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  async *ended(): AsyncGenerator<WatchFrame> {}

  async push(frame: WatchFrame | undefined): Promise<void> {
    this.#push?.(frame);
    await settle();
  }
}

/** Waits are stretched by half of their length. */
const random: Random = { ...seededRandom(1), float: () => 0.5 };

describe('an informer', () => {
  let script: Script;
  let clock: SteppedClock;
  let factory: InformerFactory;
  let seen: string[];
  beforeEach(() => {
    script = new Script();
    clock = new SteppedClock();
    const client = new RestClient({ transport: script });
    factory = new InformerFactory({ client, clock, random, log: silentLogger });
    seen = [];
  });
  const informer = () => factory.informer(ConfigMap);
  const record = () =>
    informer().addHandler({
      onAdd: (object) => seen.push(`add ${object.metadata.name}`),
      onUpdate: (object) => seen.push(`update ${object.metadata.name}`),
      onDelete: (object) => seen.push(`delete ${object.metadata.name}`),
    });
  const initial = (...maps: ConfigMap[]) =>
    script.answers.push(() =>
      script.open([...maps.map((object): WatchFrame => ({ type: 'ADDED', object })), bookmark(10, true)]),
    );

  it('is synced once the initial events are over, and follows from there', async () => {
    initial(map('a', 1), map('b', 2));
    record();
    informer();
    factory.start();
    await factory.synced();
    assert.deepEqual(seen, ['add a', 'add b']);
    await script.push({ type: 'MODIFIED', object: map('a', 11) });
    await script.push({ type: 'DELETED', object: map('b', 12) });
    assert.deepEqual(seen.slice(2), ['update a', 'delete b']);
    assert.deepEqual(informer().lister.keys(), ['ns/a']);
    assert.equal(script.asked[0]?.query?.sendInitialEvents, 'true');
  });

  it('keeps and shows objects as a transform leaves them', async () => {
    initial(map('a', 1, { labels: { app: 'a' } }));
    const client = new RestClient({ transport: script });
    const transform = (object: KubeObject): KubeObject => ({
      ...object,
      metadata: { ...object.metadata, labels: {} },
    });
    factory = new InformerFactory({ client, clock, random, log: silentLogger, transform });
    informer();
    factory.start();
    await factory.synced();
    await script.push({ type: 'ADDED', object: map('b', 11, { labels: { app: 'b' } }) });
    assert.deepEqual(
      informer()
        .lister.list()
        .map(({ metadata }) => [metadata.name, metadata.labels]),
      [
        ['a', {}],
        ['b', {}],
      ],
    );
  });

  it('resumes from the last version when a watch ends', async () => {
    initial(map('a', 1));
    informer();
    factory.start();
    await factory.synced();
    await script.push(bookmark(20));
    await script.push(undefined);
    assert.equal(script.asked.at(-1)?.query?.resourceVersion, '20');
  });

  it('lists again when its version is too old, and reports only the differences', async () => {
    initial(map('a', 1), map('b', 2), map('c', 3));
    record();
    informer();
    factory.start();
    await factory.synced();
    seen.length = 0;
    initial(map('a', 1), map('b', 9), map('d', 9));
    await script.push({ type: 'ERROR', object: expired('too old').status });
    await settle();
    assert.deepEqual(seen, ['update b', 'add d', 'delete c']);
  });

  it('reports a deletion and an addition when an object was replaced unseen', async () => {
    initial(map('a', 1));
    record();
    informer();
    factory.start();
    await factory.synced();
    await script.push({ type: 'MODIFIED', object: map('a', 11, { uid: 'another' }) });
    assert.deepEqual(seen, ['add a', 'delete a', 'add a']);
  });

  it('falls back to list and watch with a server without streaming lists', () =>
    listsAfter(() => {
      throw failure(422, 'Invalid', 'sendInitialEvents is forbidden');
    }));

  it('falls back to list and watch when the streaming list ends with an error', () =>
    listsAfter(async function* () {
      yield {
        type: 'ERROR',
        object: failure(500, 'InternalError', 'RequestWatchProgress is disabled').status,
      };
    }));

  async function listsAfter(answer: (typeof script.answers)[number]): Promise<void> {
    script.answers.push(answer);
    script.listed = { metadata: { resourceVersion: '7' }, items: [{ metadata: map('a', 1).metadata }] };
    informer();
    factory.start();
    await factory.synced();
    assert.deepEqual(informer().lister.get('a', 'ns'), map('a', 1));
    await settle();
    assert.equal(script.asked.at(-1)?.query?.resourceVersion, '7');
  }

  it('backs off while the server does not answer', async () => {
    for (let i = 0; i < 2; i++)
      script.answers.push(() => {
        throw new Error('refused');
      });
    initial(map('a', 1));
    informer();
    factory.start();
    await settle();
    assert.equal(script.asked.length, 1);
    await clock.step(1_199);
    assert.equal(script.asked.length, 1);
    await clock.step(1);
    assert.equal(script.asked.length, 2);
    await clock.step(2_400);
    assert.equal(informer().hasSynced, true);
  });

  it('does not ask again at once when a watch ends before anything came', async () => {
    initial(map('a', 1));
    informer();
    factory.start();
    await factory.synced();
    for (let i = 0; i < 3; i++) script.answers.push(() => script.ended());
    await script.push(undefined);
    await settle();
    assert.equal(script.asked.length, 2);
    await clock.step(1_200);
    assert.equal(script.asked.length, 3);
  });

  it('finds objects by its indices, as they change', async () => {
    const owned = { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' }] };
    initial(map('a', 1, owned), map('b', 2));
    indexByNamespace(informer());
    indexByOwner(informer());
    informer();
    factory.start();
    await factory.synced();
    const { lister } = informer();
    assert.equal(lister.byIndex(BY_NAMESPACE, 'ns').length, 2);
    assert.deepEqual(
      lister.byIndex(BY_OWNER, 'x').map((o) => o.metadata.name),
      ['a'],
    );
    await script.push({ type: 'MODIFIED', object: map('a', 11) });
    assert.deepEqual(lister.byIndex(BY_OWNER, 'x'), []);
    assert.equal(lister.countByIndex(BY_OWNER, 'x'), 0);
    await script.push({ type: 'MODIFIED', object: map('b', 12, { labels: { is: 'new' } }) });
    assert.deepEqual(
      lister.byIndex(BY_NAMESPACE, 'ns').map((o) => o.metadata.resourceVersion),
      ['11', '12'],
    );
    await script.push({ type: 'DELETED', object: map('a', 13) });
    assert.equal(lister.countByIndex(BY_NAMESPACE, 'ns'), 1);
  });

  it('is shared for the same kind and filter', () => {
    assert.equal(informer(), informer());
    assert.notEqual(informer(), factory.informer(ConfigMap, { namespace: 'ns' }));
  });

  it('calls the other handlers although one throws', async () => {
    initial(map('a', 1));
    informer().addHandler({
      onAdd: () => {
        throw new Error('bad handler');
      },
    });
    record();
    informer();
    factory.start();
    await factory.synced();
    assert.deepEqual(seen, ['add a']);
  });
});
