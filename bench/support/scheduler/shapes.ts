// The shapes of upstream's test/integration/scheduler_perf, with a thousand pods before and a thousand measured ones.
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

/** Each of them takes the place of three others. */
const PREEMPTORS = 500;
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

/** Pods of one kind before, and measured ones of the same. */
const alike = (name: string, kind: Kind = {}): Shape => ({
  name,
  prepare: (scene) => scheduled(scene, pods(BEFORE, 'before', scene.count, kind)),
  pods: ({ count }) => pods(MEASURED, 'pod', count, kind),
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
  alike('basic'),
  alike('affinity', AFFINITY),
  alike('anti_affinity', ANTI),
  alike('preferred_affinity', PREFERRED),
  alike('preferred_anti_affinity', PREFERRED_ANTI),
  alike('spread', { color: 'blue', spec: spread('DoNotSchedule') }),
  alike('preferred_spread', { color: 'blue', spec: spread('ScheduleAnyway') }),
  alike('node_affinity', {
    spec: onNodes({ matchExpressions: [{ key: ZONE, operator: 'In', values: ZONES.slice(0, 2) }] }),
  }),
  {
    name: 'mixed',
    prepare: async (scene) => {
      const kinds = [{}, AFFINITY, ANTI, PREFERRED, PREFERRED_ANTI];
      const all = kinds.flatMap((kind, i) => pods(BEFORE, `before-${i}`, scene.count / kinds.length, kind));
      await scheduled(scene, all);
    },
    pods: ({ count }) => pods(MEASURED, 'pod', count),
  },
  {
    name: 'churn',
    pods: ({ count }) => pods(MEASURED, 'pod', count),
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
    prepare: (scene) => scene.create(pods(BEFORE, 'large', scene.count / 10, LARGE)),
    pods: ({ count }) => pods(MEASURED, 'pod', count),
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
    pods: ({ nodes }) =>
      pods(MEASURED, 'pod', Math.min(PREEMPTORS, nodes), {
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
    pods: ({ count }) =>
      pods(MEASURED, 'pod', count, {
        requests: {},
        spec: onNodes({ matchFields: [{ key: 'metadata.name', operator: 'In', values: [DAEMON_NODE] }] }),
      }),
  },
  {
    name: 'deleted',
    prepare: (scene) =>
      scene.create(pods(BEFORE, 'ending', scene.count, { finalizers: ['test.k8s.io/finalizer'] })),
    pods: ({ count }) => pods(MEASURED, 'pod', count),
    during: async ({ client, count }, signal) => {
      const ending = pods(BEFORE, 'ending', count);
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
      await scene.create(pods(BEFORE, 'gated', scene.count * 5, { spec: { schedulingGates } }));
      await scheduled(scene, pods(BEFORE, 'before', scene.count));
    },
    pods: ({ count }) => pods(MEASURED, 'pod', count),
    during: ({ client, count }, signal) => {
      const ending = pods(BEFORE, 'before', count);
      return every(20, signal, async (round) => ending[round] && (await remove(client, ending[round])));
    },
  },
];
