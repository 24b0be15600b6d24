// The shapes of upstream's test/integration/scheduler_perf. Numbers of pods are upstream's where there are 5,000 nodes (where it has
// several, the larger, but not its 50,000), and grow and shrink with the nodes. `share` of them makes a shorter run.
import { Node } from '../../../src/api/kinds/core/v1/node.ts';
import { Pod } from '../../../src/api/kinds/core/v1/pod.ts';
import { Service } from '../../../src/api/kinds/core/v1/service.ts';
import { nameOf } from '../../../src/api/meta/v1/object.ts';
import type { Client } from '../../../src/client/client.ts';
import { systemClock } from '../../../src/kit/clock.ts';
import { BEFORE, forEach, MEASURED, makeNode, nodeIn, nodeName, type Scene, ZONES } from './scene.ts';

export interface Shape {
  readonly name: string;
  /** What is there before. */
  readonly prepare?: (scene: Scene) => Promise<void>;
  /** What is measured. */
  readonly pods: (scene: Scene) => readonly Pod[];
  /** Goes on beside it until the signal aborts. */
  readonly during?: (scene: Scene, signal: AbortSignal) => Promise<void>;
}

type PodSpec = NonNullable<Pod['spec']>;
interface Kind {
  readonly color?: string;
  readonly spec?: Partial<PodSpec>;
  readonly requests?: Record<string, string>;
  readonly finalizers?: string[];
}

/** Each of them takes the place of three others. Upstream's number with 1,000 nodes, the most that it measures. */
const PREEMPTORS = 1_000;
const VICTIMS_PER_NODE = 4;
const ZONE = 'topology.kubernetes.io/zone';
const HOSTNAME = 'kubernetes.io/hostname';

function pods(namespace: string, prefix: string, count: number, kind: Kind = {}): Pod[] {
  const { color, spec, requests = { cpu: '100m', memory: '500Mi' }, finalizers } = kind;
  return Array.from({ length: count }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name: `${prefix}-${i}`, namespace },
      ...(color && { labels: { color } }),
      ...(finalizers && { finalizers }),
    },
    spec: {
      containers: [
        {
          name: 'pause',
          image: 'registry.k8s.io/pause:3.10.2',
          ports: [{ containerPort: 80 }],
          resources: { requests },
        },
      ],
      ...spec,
    },
  }));
}

/** `perNode` pods per node, or the share of them that the run takes. */
const many = ({ nodes, share }: Scene, perNode: number): number =>
  Math.max(1, Math.floor(nodes * perNode * share));

/** Pods of one kind before, and measured ones of the same: so many per node. */
const alike = (name: string, before: number, measured: number, kind: Kind = {}): Shape => ({
  name,
  prepare: (scene) => scheduled(scene, pods(BEFORE, 'before', many(scene, before), kind)),
  pods: (scene) => pods(MEASURED, 'pod', many(scene, measured), kind),
});

async function scheduled(scene: Scene, all: readonly Pod[]): Promise<void> {
  await scene.create(all);
  await scene.allBound(all);
}

const term = (color: string, topologyKey: string) => ({
  ...{ labelSelector: { matchLabels: { color } }, topologyKey },
  namespaces: [BEFORE, MEASURED],
});
const required = (color: string, topologyKey: string) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [term(color, topologyKey)],
});
const preferred = (color: string) => ({
  preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: term(color, HOSTNAME), weight: 1 }],
});
const spread = (whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway') => ({
  topologySpreadConstraints: [
    {
      ...{ maxSkew: 5, topologyKey: ZONE, whenUnsatisfiable },
      labelSelector: { matchLabels: { color: 'blue' } },
    },
  ],
});
const onNodes = (term: object): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
  },
});

const AFFINITY: Kind = { color: 'blue', spec: { affinity: { podAffinity: required('blue', ZONE) } } };
const ANTI: Kind = { color: 'green', spec: { affinity: { podAntiAffinity: required('green', HOSTNAME) } } };
const PREFERRED: Kind = { color: 'red', spec: { affinity: { podAffinity: preferred('red') } } };
const PREFERRED_ANTI: Kind = {
  color: 'yellow',
  spec: { affinity: { podAntiAffinity: preferred('yellow') } },
};
const LARGE: Kind = { requests: { cpu: '9', memory: '500Mi' }, spec: { priorityClassName: 'high' } };
const DAEMON_NODE = 'scheduler-perf-node';

/** Calls `work` with 0, 1, 2… every so many milliseconds. */
async function every(
  ms: number,
  signal: AbortSignal,
  work: (round: number) => Promise<unknown>,
): Promise<void> {
  for (let round = 0; !signal.aborted; round++) {
    await work(round);
    await systemClock.sleep(ms, signal).catch(() => {});
  }
}

const remove = (client: Client, pod: Pod) =>
  client.delete(Pod, nameOf(pod), BEFORE, { gracePeriodSeconds: 0 });

export const shapes: readonly Shape[] = [
  alike('basic', 0.2, 2),
  alike('affinity', 1, 1, AFFINITY),
  alike('anti_affinity', 0.2, 0.4, ANTI),
  alike('preferred_affinity', 1, 1, PREFERRED),
  alike('preferred_anti_affinity', 1, 1, PREFERRED_ANTI),
  alike('spread', 1, 1, { color: 'blue', spec: spread('DoNotSchedule') }),
  alike('preferred_spread', 1, 1, { color: 'blue', spec: spread('ScheduleAnyway') }),
  alike('node_affinity', 1, 2, {
    spec: onNodes({ matchExpressions: [{ key: ZONE, operator: 'In', values: ZONES.slice(0, 2) }] }),
  }),
  {
    name: 'mixed',
    prepare: async (scene) => {
      const kinds = [{}, AFFINITY, ANTI, PREFERRED, PREFERRED_ANTI];
      const all = kinds.flatMap((kind, i) => pods(BEFORE, `before-${i}`, many(scene, 0.4), kind));
      await scheduled(scene, all);
    },
    pods: (scene) => pods(MEASURED, 'pod', many(scene, 1)),
  },
  {
    name: 'churn',
    pods: (scene) => pods(MEASURED, 'pod', many(scene, 2)),
    during: ({ client }, signal) =>
      every(1_000, signal, async (round) => {
        const name = `churn-${round}`;
        const metadata = { name, namespace: BEFORE };
        const ports = [{ port: 80 }];
        await makeNode(client, nodeIn(ZONES[0]!, name));
        await client.create(Service, { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } });
        const [pod] = pods(BEFORE, name, 1, LARGE);
        await client.create(Pod, pod!);
        await remove(client, pod!);
        await client.delete(Service, name, BEFORE);
        await client.delete(Node, name);
      }),
  },
  {
    name: 'unschedulable',
    prepare: (scene) => scene.create(pods(BEFORE, 'large', many(scene, 0.04), LARGE)),
    pods: (scene) => pods(MEASURED, 'pod', many(scene, 2)),
    during: ({ client }, signal) =>
      every(200, signal, (round) => client.create(Pod, pods(BEFORE, `large-${round}`, 1, LARGE)[0]!)),
  },
  {
    name: 'preempt',
    prepare: async (scene) => {
      const requests = { cpu: '900m', memory: '500Mi' };
      const victims = pods(BEFORE, 'low', scene.nodes * VICTIMS_PER_NODE, { requests }).map((pod, i) => ({
        ...pod,
        spec: { ...pod.spec!, nodeName: nodeName(i % scene.nodes), terminationGracePeriodSeconds: 0 },
      }));
      await scheduled(scene, victims);
    },
    pods: (scene) =>
      pods(MEASURED, 'pod', Math.min(PREEMPTORS, many(scene, 1)), {
        requests: { cpu: '3', memory: '500Mi' },
        spec: { priorityClassName: 'high' },
      }),
  },
  {
    name: 'daemonset',
    prepare: async ({ client }) => {
      await client.delete(Node, DAEMON_NODE).catch(() => {});
      await makeNode(client, nodeIn(ZONES[0]!, DAEMON_NODE, '90000'));
    },
    pods: (scene) =>
      pods(MEASURED, 'pod', many(scene, 2), {
        requests: {},
        spec: onNodes({ matchFields: [{ key: 'metadata.name', operator: 'In', values: [DAEMON_NODE] }] }),
      }),
  },
  {
    name: 'deleted',
    prepare: (scene) =>
      scene.create(pods(BEFORE, 'ending', many(scene, 0.2), { finalizers: ['test.k8s.io/finalizer'] })),
    pods: (scene) => pods(MEASURED, 'pod', many(scene, 0.2)),
    during: async (scene, signal) => {
      const { client } = scene;
      const ending = pods(BEFORE, 'ending', many(scene, 0.2));
      await every(10, signal, async (round) => ending[round] && (await remove(client, ending[round])));
      const patch = { metadata: { finalizers: null } };
      await forEach(ending, async (pod) => {
        await client.patch(Pod, nameOf(pod), BEFORE, 'merge', patch);
      });
    },
  },
  {
    name: 'gated',
    prepare: async (scene) => {
      const schedulingGates = [{ name: 'test.k8s.io/hold' }];
      await scene.create(pods(BEFORE, 'gated', many(scene, 2), { spec: { schedulingGates } }));
      await scheduled(scene, pods(BEFORE, 'before', many(scene, 2)));
    },
    pods: (scene) => pods(MEASURED, 'pod', many(scene, 2)),
    during: (scene, signal) => {
      const { client } = scene;
      const ending = pods(BEFORE, 'before', many(scene, 2));
      return every(20, signal, async (round) => ending[round] && (await remove(client, ending[round])));
    },
  },
];
