// What a node's pod network does while its machine has lost the API server, and when nodes come back; on a stepped clock.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { silentLogger as log } from '../../kit/log.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { type CuttableTransport, cuttable } from '../../sim/outage.ts';
import { ANNOTATION } from './annotation.ts';
import { FakeKernel } from './kernel.fake.ts';
import { aPeer, FAR, NEAR, SELF } from './scene.fake.ts';
import { startRoutes } from './start-routes.ts';

const MINUTE = 60_000;
const BOTH = ['10.1.1.0/24', '10.1.2.0/24'];

class AgentScene {
  readonly kernel = new FakeKernel();
  readonly cluster: SimCluster;
  /** The agent's, which sees all Nodes, and the node's own, which may change one. */
  readonly #transports: readonly CuttableTransport[];
  /** Programs that were run. */
  runs = 0;
  #end = () => {};

  constructor(cluster: SimCluster) {
    this.cluster = cluster;
    this.#transports = [cluster.transport, cluster.transportOf('system:node:self', ['system:nodes'])].map(
      cuttable,
    );
    this.kernel.addLink('eth0', ['192.0.2.1/24']);
  }

  static async make(t: TestContext, ...nodes: Node[]): Promise<AgentScene> {
    const scene = new AgentScene(await simCluster({}, t));
    for (const node of nodes) await scene.register(node);
    t.after(() => scene.#end());
    return scene;
  }

  start(): void {
    const { cluster, kernel } = this;
    const { clock, random } = cluster;
    const [agent, node] = this.#transports.map((transport) => new RestClient({ transport, clock }));
    const informers = new InformerFactory({ client: agent!, clock, random, log });
    const stop = startRoutes({
      ...{ nodeName: 'self', mode: 'auto', device: 'tunnel', metric: 7_700, informers, clock, log },
      exec: (command, options) => {
        this.runs++;
        return kernel.exec(command, options);
      },
      publish: async (annotation) => {
        const metadata = { annotations: { [ANNOTATION]: annotation } };
        await node!.patch(Node, 'self', undefined, 'merge', { metadata });
      },
    });
    informers.start();
    this.#end = () => {
      stop();
      informers.stop();
    };
  }

  /** The agent's process ends; the kernel keeps what it has. */
  end(): void {
    this.#end();
    this.kernel.changes.length = 0;
  }

  setAway(away: boolean): void {
    for (const transport of this.#transports) transport.setAway(away);
  }

  async register(node: Node): Promise<void> {
    const { client } = this.cluster;
    await client.create(Node, node);
    await client.patch(
      Node,
      node.metadata.name!,
      undefined,
      'merge',
      { status: node.status },
      { subresource: 'status' },
    );
  }

  get ranges(): string[] {
    return this.kernel.routes.map(({ range }) => range).sort();
  }

  until(what: string, check: () => unknown): Promise<unknown> {
    return this.cluster.until(what, check, 1_000);
  }
}

test('a node that has lost the API server keeps its ways to all others, and mends them', async (t) => {
  const scene = await AgentScene.make(t, SELF, NEAR, FAR);
  scene.start();
  await scene.until('both are reached', () => scene.ranges.length === 2);
  scene.setAway(true);
  await scene.cluster.step(3 * MINUTE);
  assert.deepEqual(scene.ranges, BOTH);
  await scene.kernel.exec(['ip', '-batch', '-'], { input: 'link del tunnel\n' });
  await scene.cluster.step(MINUTE);
  assert.deepEqual(scene.ranges, BOTH);
});

test('what has changed meanwhile is taken up when the API server is back', async (t) => {
  const scene = await AgentScene.make(t, SELF, NEAR, FAR);
  scene.start();
  await scene.until('both are reached', () => scene.ranges.length === 2);
  scene.setAway(true);
  const { client } = scene.cluster;
  await client.delete(Node, 'near');
  await scene.register(aPeer('other', { ranges: ['10.1.7.0/24'], addresses: ['192.0.2.7'] }));
  await scene.cluster.step(MINUTE);
  assert.deepEqual(scene.ranges, BOTH);
  scene.setAway(false);
  await scene.until('the other is reached', () => scene.ranges.includes('10.1.7.0/24'));
  assert.deepEqual(scene.ranges, ['10.1.2.0/24', '10.1.7.0/24']);
});

test('an agent that starts while the API server is away touches nothing, and then takes over what is there', async (t) => {
  const scene = await AgentScene.make(t, SELF, NEAR, FAR);
  scene.start();
  await scene.until('both are reached', () => scene.ranges.length === 2);
  scene.end();
  scene.setAway(true);
  scene.start();
  await scene.cluster.step(3 * MINUTE);
  assert.deepEqual([scene.ranges, scene.kernel.changes], [BOTH, []]);
  scene.setAway(false);
  const before = scene.runs;
  await scene.until('it has looked', () => scene.runs > before);
  await scene.cluster.step(MINUTE);
  assert.deepEqual([scene.ranges, scene.kernel.changes], [BOTH, []]);
});

test('a node that is deleted and comes back, with another address, is reached there', async (t) => {
  const scene = await AgentScene.make(t, SELF, NEAR);
  scene.start();
  await scene.until('it is reached', () => scene.ranges.length === 1);
  await scene.cluster.client.delete(Node, 'near');
  await scene.until('it is gone', () => scene.ranges.length === 0);
  await scene.register(aPeer('near', { ranges: ['10.1.1.0/24'], addresses: ['192.0.2.22'] }));
  await scene.until('it is back', () => scene.kernel.routes[0]?.how === 'via 192.0.2.22');
});

test('a node whose own Node comes back anew keeps its ways, and publishes its end again', async (t) => {
  const scene = await AgentScene.make(t, SELF, NEAR, FAR);
  scene.start();
  const { client } = scene.cluster;
  const published = async () => (await client.get(Node, 'self')).metadata.annotations?.[ANNOTATION];
  const first = await scene.until('it is published', published);
  scene.kernel.changes.length = 0;
  await client.delete(Node, 'self');
  await scene.cluster.step(MINUTE);
  await scene.register(SELF);
  assert.equal(await scene.until('it is published again', published), first);
  assert.deepEqual(scene.kernel.changes, []);
});

test('a node that is not ready is still routed to: only what runs on it says whether it answers', async (t) => {
  const scene = await AgentScene.make(t, SELF, NEAR);
  scene.start();
  await scene.until('it is reached', () => scene.ranges.length === 1);
  const conditions = [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }];
  await scene.cluster.client.patch(
    Node,
    'near',
    undefined,
    'merge',
    { status: { conditions } },
    { subresource: 'status' },
  );
  await scene.cluster.step(3 * MINUTE);
  assert.deepEqual(scene.ranges, ['10.1.1.0/24']);
});

test('heartbeats of nodes cost no program', async (t) => {
  const scene = await AgentScene.make(t, SELF, NEAR);
  scene.start();
  await scene.until('it is reached', () => scene.ranges.length === 1);
  await scene.cluster.settle();
  const before = scene.runs;
  for (const second of ['10', '20', '30']) {
    const lastHeartbeatTime = `2026-01-01T00:00:${second}Z`;
    const conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime }];
    await scene.cluster.client.patch(
      Node,
      'near',
      undefined,
      'merge',
      { status: { conditions } },
      { subresource: 'status' },
    );
    await scene.cluster.settle();
  }
  assert.equal(scene.runs, before);
});
