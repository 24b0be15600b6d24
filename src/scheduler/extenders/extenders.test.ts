// A scheduler with extenders that are real HTTPS servers on loopback, over a cluster with simulated time.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PriorityClass } from '../../api/kinds/scheduling/v1/priority-class.ts';
import { until } from '../../apiserver/aggregation/remote-server.fake.ts';
import { type FakeAnswer, type FakeRequest, FakeServer } from '../../apiserver/remote/remote-server.fake.ts';
import { readSchedulerConfiguration } from '../config/read.ts';
import { RunningScheduler } from '../testing/running-scheduler.fake.ts';

const namespace = 'default';
const resource = 'example.com/gpu';

let server: FakeServer;
let running: RunningScheduler;
/** `extenders`: beside where they are and whom to trust. */
async function start(...extenders: object[]): Promise<void> {
  const tlsConfig = { caData: Buffer.from(server.authority.ca).toString('base64') };
  const whole = extenders.map((one) => ({ urlPrefix: server.url, enableHTTPS: true, tlsConfig, ...one }));
  const head = { apiVersion: 'kubescheduler.config.k8s.io/v1', kind: 'KubeSchedulerConfiguration' };
  const settings = readSchedulerConfiguration(JSON.stringify({ ...head, extenders: whole }));
  running = new RunningScheduler({ settings });
  await running.start();
  for (const name of ['a', 'b']) await running.addNode(name, '4');
}

/** Each verb's answer. */
function answers(
  verbs: Record<string, (body: FakeRequest['body']) => FakeAnswer | Promise<FakeAnswer>>,
): void {
  server.answer = ({ path, body }) => verbs[path.slice(1)]?.(body) ?? { status: 404 };
}

const asked = (verb: string) => server.requests.filter(({ path }) => path === `/${verb}`);

const settled = <T>(probe: () => Promise<T>) =>
  until(async () => {
    await running.cluster.settle();
    return probe();
  });

const placed = (name: string) => settled(() => running.nodeOf(name));

/** The message of its condition. */
const refused = (name: string) => settled(async () => (await running.scheduled(name))?.message);

const bind = (name: string, node: string) =>
  running.cluster.client.post(Pod, name, namespace, 'binding', {
    ...{ apiVersion: 'v1', kind: 'Binding', metadata: { name } },
    target: { kind: 'Node', name: node },
  });

const accept = (...nodes: string[]) => ({ body: { NodeNames: nodes } });

describe('extenders', () => {
  beforeEach(async () => {
    server = await new FakeServer().start();
  });
  afterEach(async () => {
    await running.stop();
    await server.stop();
  });

  describe('filter', () => {
    it('gets the names of the nodes that fit, and leaves one', async () => {
      await start({ filterVerb: 'filter', nodeCacheCapable: true });
      answers({ filter: () => accept('b') });
      await running.addPod('p', '1');
      assert.equal(await placed('p'), 'b');
      const [{ body } = assert.fail()] = asked('filter');
      assert.deepEqual([body.Nodes, body.NodeNames.sort()], [null, ['a', 'b']]);
      assert.equal(body.Pod.metadata.name, 'p');
    });

    it('gets whole nodes, and answers in any case', async () => {
      await start({ filterVerb: 'filter' });
      answers({
        filter: ({ Nodes }) => ({
          body: { nodes: { items: Nodes.items.filter((node: Node) => node.metadata.name === 'a') } },
        }),
      });
      await running.addPod('p', '1');
      assert.equal(await placed('p'), 'a');
      assert.equal(asked('filter')[0]?.body.NodeNames, null);
    });

    it('its reasons are in the diagnosis, and any change is a reason to ask again', async () => {
      await start({ filterVerb: 'filter', nodeCacheCapable: true });
      let nodes: string[] = [];
      answers({
        filter: () => ({
          body: {
            NodeNames: nodes,
            FailedNodes: { a: 'no gpu', b: 'x' },
            FailedAndUnresolvableNodes: { b: 'never' },
          },
        }),
      });
      await running.addPod('p', '1');
      assert.match(await refused('p'), /^0\/2 nodes are available: 1 never, 1 no gpu\./);
      nodes = ['a'];
      await running.cluster.client.patch(Node, 'a', undefined, 'merge', { metadata: { labels: { x: 'y' } } });
      await running.cluster.step(10_000);
      assert.equal(await placed('p'), 'a');
    });

    it('an error fails the pod, unless the extender is ignorable', async () => {
      await start({ filterVerb: 'filter', nodeCacheCapable: true });
      answers({ filter: () => ({ body: { Error: 'out of order' } }) });
      await running.addPod('p', '1');
      assert.equal(await refused('p'), 'out of order');
      assert.equal((await running.scheduled('p'))?.reason, 'SchedulerError');
    });

    it('an ignorable one is asked last, and its failure changes nothing', async () => {
      await start(
        { filterVerb: 'weak', nodeCacheCapable: true, ignorable: true },
        { filterVerb: 'firm', nodeCacheCapable: true },
      );
      answers({ weak: () => ({ status: 500 }), firm: () => accept('a') });
      await running.addPod('p', '1');
      assert.equal(await placed('p'), 'a');
      assert.deepEqual(
        server.requests.map(({ path }) => path),
        ['/firm', '/weak'],
      );
      assert.deepEqual(asked('weak')[0]?.body.NodeNames, ['a']);
    });

    it('a node that was not asked about is an error', async () => {
      await start({ filterVerb: 'filter', nodeCacheCapable: true });
      answers({ filter: () => accept('elsewhere') });
      await running.addPod('p', '1');
      assert.match(
        await refused('p'),
        /claims a filtered node "elsewhere" which is not found in the input node list$/,
      );
    });

    it('a redirect is an error, and is not followed', async () => {
      await start({ filterVerb: 'filter' });
      answers({ filter: () => ({ status: 307, headers: { location: `${server.url}/other` } }) });
      await running.addPod('p', '1');
      assert.equal(await refused('p'), `failed filter with extender at URL ${server.url}/filter, code 307`);
      assert.deepEqual(asked('other'), []);
    });

    it('an answer that is too long or no answer is an error', async () => {
      await start({ filterVerb: 'filter', nodeCacheCapable: true });
      answers({ filter: () => ({ body: JSON.stringify({ Error: 'x'.repeat(17 << 20) }) }) });
      await running.addPod('p', '1');
      assert.match(await refused('p'), /the response is longer than 16777216 bytes$/);
      answers({ filter: () => ({ body: '[1]' }) });
      await running.addPod('q', '1');
      assert.match(await refused('q'), /ExtenderFilterResult must be an object$/);
    });

    it('an extender that does not answer in time fails the pod, and others go on', async () => {
      await start({ filterVerb: 'filter', nodeCacheCapable: true, httpTimeout: '2s' });
      answers({
        filter: ({ Pod: { metadata } }) => (metadata.name === 'p' ? new Promise(() => {}) : accept('a')),
      });
      await running.addPod('p', '1');
      await settled(async () => asked('filter').length);
      await running.addPod('q', '1');
      assert.equal(await running.nodeOf('q'), undefined);
      await running.cluster.step(2_000);
      assert.match(await refused('p'), /^Post ".*\/filter": context deadline exceeded$/);
      assert.equal(await placed('q'), 'a');
    });

    it('a certificate that nobody vouches for is refused', async () => {
      await start({ filterVerb: 'filter', tlsConfig: {} });
      await running.addPod('p', '1');
      assert.match(await refused('p'), /certificate/);
      assert.deepEqual(server.requests, []);
    });

    it('pods without its resources are not its business', async () => {
      await start({
        filterVerb: 'filter',
        nodeCacheCapable: true,
        managedResources: [{ name: resource, ignoredByScheduler: true }],
      });
      answers({ filter: () => accept('b') });
      await running.addPod('p', '1');
      assert.ok(await placed('p'));
      assert.deepEqual(server.requests, []);
      const containers = [
        { name: 'c', image: 'i', resources: { limits: { [resource]: '1' }, requests: { [resource]: '1' } } },
      ];
      await running.addPod('q', '1', { containers });
      // No node has it: the scheduler leaves that to the extender.
      assert.equal(await placed('q'), 'b');
    });
  });

  describe('what changes while an extender thinks', () => {
    /** Answers the first question only after `act`. */
    async function meanwhile(act: () => Promise<unknown>): Promise<void> {
      await start({ filterVerb: 'filter', nodeCacheCapable: true });
      let isFirst = true;
      answers({
        filter: async ({ NodeNames }) => {
          if (isFirst) await act();
          isFirst = false;
          return accept(...NodeNames);
        },
      });
    }

    it('a node that has no room any more is not chosen', async () => {
      await meanwhile(async () => {
        await running.addPod('big', '4', { nodeName: 'a', schedulerName: 'other' });
        await running.addPod('bigger', '3', { nodeName: 'b', schedulerName: 'other' });
      });
      await running.addPod('p', '1');
      assert.equal(await placed('p'), 'b');
    });

    it('when no node is left the pod is tried again', async () => {
      await meanwhile(async () => {
        for (const node of ['a', 'b'])
          await running.addPod(`on-${node}`, '4', { nodeName: node, schedulerName: 'other' });
      });
      await running.addPod('p', '1');
      assert.match(await refused('p'), /^0\/2 nodes are available: 2 Insufficient cpu\./);
      await running.cluster.client.delete(Pod, 'on-b', namespace, { gracePeriodSeconds: 0 });
      await running.cluster.step(10_000);
      assert.equal(await placed('p'), 'b');
    });

    it('a pod that is gone is given up, and holds no room', async () => {
      await meanwhile(async () => {
        await running.cluster.client.delete(Pod, 'p', namespace, { gracePeriodSeconds: 0 });
        await running.cluster.settle();
      });
      await running.addPod('p', '4');
      await settled(async () => asked('filter').length);
      await running.addPod('q', '4');
      await running.addPod('r', '4');
      assert.deepEqual([await placed('q'), await placed('r')].sort(), ['a', 'b']);
      assert.deepEqual(await running.eventsOf('p'), []);
    });

    it('a pod that another scheduler has bound keeps its place', async () => {
      await meanwhile(() => bind('p', 'a'));
      await running.addPod('p', '4');
      await settled(async () => asked('filter').length);
      await running.addPod('q', '4');
      await running.addPod('r', '4');
      assert.equal(await placed('q'), 'b');
      assert.match(await refused('r'), /2 Insufficient cpu/);
    });

    it('a pod that changes is scheduled once', async () => {
      await meanwhile(async () => {
        await running.cluster.client.patch(Pod, 'p', namespace, 'merge', {
          metadata: { labels: { x: 'y' } },
        });
        await running.cluster.settle();
      });
      await running.addPod('p', '1');
      assert.ok(await placed('p'));
      await running.cluster.step(10_000);
      assert.equal(asked('filter').length, 1);
    });
  });

  describe('prioritize', () => {
    it("its scores, up to 10, weigh against the plugins'", async () => {
      await start({ prioritizeVerb: 'prioritize', weight: 20, nodeCacheCapable: true });
      answers({
        prioritize: () => ({
          body: [
            { Host: 'b', Score: 10 },
            { Host: 'x', Score: 99 },
          ],
        }),
      });
      for (const name of ['p', 'q', 'r']) await running.addPod(name, '1');
      assert.deepEqual([await placed('p'), await placed('q'), await placed('r')], ['b', 'b', 'b']);
    });

    it('its failure is ignored', async () => {
      await start({ prioritizeVerb: 'prioritize', weight: 1 });
      answers({ prioritize: () => ({ status: 500 }) });
      await running.addPod('p', '1');
      assert.ok(await placed('p'));
      assert.equal(asked('prioritize').length, 1);
    });
  });

  describe('bind', () => {
    it('binds in place of the scheduler', async () => {
      await start({ bindVerb: 'bind' });
      answers({
        bind: async ({ PodName, Node: name }) => {
          await bind(PodName, name);
          return { body: {} };
        },
      });
      await running.addPod('p', '1');
      const node = await placed('p');
      assert.deepEqual(asked('bind')[0]?.body, {
        ...{
          PodName: 'p',
          PodNamespace: namespace,
          PodUID: (await running.get('p')).metadata.uid,
          Node: node,
        },
      });
    });

    it('an error releases the node and is tried again', async () => {
      await start({ bindVerb: 'bind' });
      answers({ bind: () => ({ body: { Error: 'not today' } }) });
      await running.addPod('p', '4');
      assert.equal(await refused('p'), 'not today');
      for (const name of ['q', 'r']) {
        await running.addPod(name, '1', { nodeName: 'a', schedulerName: 'other' });
        assert.equal(await running.nodeOf(name), 'a');
      }
    });
  });

  describe('preempt', () => {
    beforeEach(async () => {
      answers({});
    });

    async function full(): Promise<void> {
      await start({ preemptVerb: 'preempt', nodeCacheCapable: true });
      await running.cluster.client.create(PriorityClass, {
        ...{
          apiVersion: 'scheduling.k8s.io/v1',
          kind: 'PriorityClass',
          metadata: { name: 'high' },
          value: 100,
        },
      });
      for (const node of ['a', 'b']) {
        await running.addPod(`low-${node}`, '2', { nodeName: node, schedulerName: 'other' });
        await running.addPod(`lower-${node}`, '2', { nodeName: node, schedulerName: 'other' });
      }
    }

    it('leaves one node with other victims', async () => {
      await full();
      const { uid } = (await running.get('lower-b')).metadata;
      answers({
        preempt: () => ({
          body: { NodeNameToMetaVictims: { b: { Pods: [{ UID: uid }], NumPDBViolations: 0 } } },
        }),
      });
      await running.addPod('p', '1', { priorityClassName: 'high' });
      assert.equal(await settled(async () => (await running.get('p')).status?.nominatedNodeName), 'b');
      const victims = Object.keys(asked('preempt')[0]?.body.NodeNameToMetaVictims ?? {}).sort();
      assert.deepEqual([victims, asked('preempt')[0]?.body.NodeNameToVictims], [['a', 'b'], null]);
      await settled(async () => (await running.get('lower-b')).metadata.deletionTimestamp);
      assert.equal((await running.get('low-a')).metadata.deletionTimestamp, undefined);
    });

    it('leaves no node: nothing is removed', async () => {
      await full();
      answers({ preempt: () => ({ body: { NodeNameToMetaVictims: {} } }) });
      await running.addPod('p', '1', { priorityClassName: 'high' });
      assert.match(await refused('p'), /preemption: no candidate node for preemption$/);
    });

    it('a victim that is not on the node is an error', async () => {
      await full();
      answers({ preempt: () => ({ body: { nodeNameToMetaVictims: { a: { pods: [{ uid: 'x' }] } } } }) });
      await running.addPod('p', '1', { priorityClassName: 'high' });
      assert.match(
        await refused('p'),
        /claims to preempt pod \(UID: x\) on node: a, but the pod is not found on that node$/,
      );
    });
  });
});
