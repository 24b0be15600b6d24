import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../api/kinds/policy/v1/pod-disruption-budget.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { NodePlacement, Obstacle } from '../../api/pods/placement.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { claimVolume, reachedFrom } from '../../sim/objects/storage.ts';
import { podInfo } from '../cache/pod-info.ts';
import { CycleState } from '../framework/cycle-state.ts';
import { Framework } from '../framework/framework.ts';
import { defaultProfile } from '../profile.ts';
import { Nominator } from '../queue/nominator.ts';
import { cacheOf } from '../testing/cache.fake.ts';
import { aContainer, aNode, aPod, type PodSpec, requesting } from '../testing/objects.fake.ts';
import { sourcesOf } from '../testing/sources.fake.ts';
import { aClaim, aVolume, bound, storageOf } from '../testing/storage.fake.ts';
import { nodeJudge } from './judge-node.ts';

interface Scene {
  readonly nodes: readonly Node[];
  readonly placed?: Readonly<Record<string, readonly Pod[]>>;
  readonly budgets?: readonly PodDisruptionBudget[];
  readonly nominated?: readonly [Pod, node: string][];
  /** Storage objects. */
  readonly storage?: readonly KubeObject[];
}

/** Node name → its verdict on the pod. */
function judge(scene: Scene, pod: Pod): Record<string, NodePlacement> {
  const cache = cacheOf(scene.nodes, scene.placed);
  const nominatedPods = new Nominator();
  for (const [other, node] of scene.nominated ?? []) nominatedPods.nominate(podInfo(other), node);
  const profile = defaultProfile(
    sourcesOf(cache, {
      disruptionBudgets: () => scene.budgets ?? [],
      volumes: storageOf(...(scene.storage ?? [])),
      preemptions: { start: preemptsNobody, isRunning: () => false, attempted: preemptsNobody },
    }),
  );
  const framework = new Framework(profile, new SteppedClock(), { nominatedPods });
  const [state, info] = [new CycleState(), podInfo(pod)];
  const { status } = framework.runPreFilterPlugins(state, info);
  assert.equal(status.code, 'Success');
  const of = nodeJudge(framework, state, info);
  const all = () => Object.fromEntries(cache.list().map((node) => [node.name, of(node)]));
  const verdicts = all();
  assert.deepEqual(all(), verdicts, 'to judge changes nothing');
  return verdicts;
}

const preemptsNobody = () => assert.fail('a question preempts nobody');

const plugins = ({ rejections }: NodePlacement) => rejections.map(({ plugin }) => plugin);
const obstacles = ({ rejections }: NodePlacement): Obstacle[] => rejections.flatMap((one) => one.obstacles);
const named = (pod: Pod) => ({ namespace: 'd', name: pod.metadata.name });

const withPort = (port: number): Pod =>
  aPod({ containers: [aContainer({}, { ports: [{ containerPort: 1, hostPort: port }] })] });

const zone = (value: string) => ({ zone: value });
const term = { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'x' } } };
const required = (kind: 'podAffinity' | 'podAntiAffinity'): Partial<PodSpec> => ({
  affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
});

describe('a verdict', () => {
  it('is empty where the pod fits', () => {
    assert.deepEqual(judge({ nodes: [aNode('a')] }, requesting({ cpu: '1' })).a, {
      node: 'a',
      rejections: [],
    });
  });

  it('has the answers of all plugins, not of the first alone, in their order', () => {
    const taints = [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' as const }];
    const node = aNode('a', {}, { unschedulable: true, taints });
    const { a } = judge({ nodes: [node] }, requesting({ cpu: '3' }));
    assert.deepEqual(plugins(a!), ['NodeUnschedulable', 'TaintToleration', 'NodeResourcesFit']);
    assert.deepEqual(a!.rejections[1], {
      plugin: 'TaintToleration',
      code: 'UnschedulableAndUnresolvable',
      reasons: ['node(s) had untolerated taint(s)'],
      obstacles: [{ type: 'Taint', key: 'gpu', value: 'yes', effect: 'NoSchedule' }],
    });
    assert.deepEqual(a!.rejections[0]!.obstacles, [{ type: 'Cordon' }]);
  });

  it('says of every resource how much is missing', () => {
    const scene = {
      nodes: [aNode('a', {}, {}, { pods: '1' })],
      placed: { a: [requesting({ cpu: '1500m', memory: '1Gi' })] },
    };
    assert.deepEqual(obstacles(judge(scene, requesting({ cpu: '1', memory: '3584Mi' })).a!), [
      { type: 'Resource', resource: 'pods', requested: '1', free: '0', total: '1', missing: '1' },
      { type: 'Resource', resource: 'cpu', requested: '1', free: '500m', total: '2', missing: '500m' },
      {
        type: 'Resource',
        resource: 'memory',
        requested: '3584Mi',
        free: '3Gi',
        total: '4Gi',
        missing: '512Mi',
      },
    ]);
  });

  it('names only the taints that keep the pod away', () => {
    const taints = [
      { key: 'soft', effect: 'PreferNoSchedule' as const },
      { key: 'tolerated', effect: 'NoSchedule' as const },
      { key: 'hard', effect: 'NoExecute' as const },
    ];
    const pod = aPod({ tolerations: [{ key: 'tolerated', operator: 'Exists' }] });
    assert.deepEqual(obstacles(judge({ nodes: [aNode('a', {}, { taints })] }, pod).a!), [
      { type: 'Taint', key: 'hard', effect: 'NoExecute' },
    ]);
  });

  it('says which labels and which requirements of which term the node does not have', () => {
    const expression = (key: string, ...values: string[]) => ({ key, operator: 'In' as const, values });
    const pod = aPod({
      nodeSelector: { disk: 'ssd', zone: 'a' },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchExpressions: [expression('zone', 'a'), expression('arch', 'arm64')] },
              { matchExpressions: [expression('zone', 'b', 'c')] },
            ],
          },
        },
      },
    });
    assert.deepEqual(obstacles(judge({ nodes: [aNode('a', zone('a'))] }, pod).a!), [
      { type: 'NodeSelector', key: 'disk', value: 'ssd' },
      { type: 'NodeAffinity', term: 0, key: 'arch', operator: 'In', values: ['arm64'] },
      { type: 'NodeAffinity', term: 1, key: 'zone', operator: 'In', values: ['b', 'c'], actual: 'a' },
    ]);
  });

  it('says which volume is elsewhere, and why preemption would not help', () => {
    const storage = [bound(aClaim('c'), 'v'), aVolume('v', reachedFrom('zone', 'a'))];
    const pod = aPod({ volumes: [claimVolume('c')] });
    const { far, near } = judge({ nodes: [aNode('far', zone('b')), aNode('near', zone('a'))], storage }, pod);
    assert.deepEqual(plugins(near!), []);
    assert.deepEqual(obstacles(far!), [
      {
        ...{ type: 'VolumeNodeAffinity', volume: 'v', term: 0, key: 'zone', operator: 'In' },
        ...{ values: ['a'], actual: 'b' },
      },
    ]);
    assert.equal(far?.preemption, undefined);
  });

  it('says which pod has the host port', () => {
    const holder = withPort(80);
    const { a } = judge({ nodes: [aNode('a')], placed: { a: [withPort(81), holder] } }, withPort(80));
    assert.deepEqual(obstacles(a!), [
      { type: 'HostPort', port: 80, protocol: 'TCP', ip: '0.0.0.0', pod: named(holder) },
    ]);
  });

  it('says by how much a domain is above the one with the fewest pods', () => {
    const labels = { app: 'x' };
    const pod = aPod(
      {
        topologySpreadConstraints: [
          { ...term, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: labels } },
        ],
      },
      labels,
    );
    const nodes = [aNode('a', zone('a')), aNode('b', zone('b')), aNode('lost')];
    const found = judge(
      { nodes, placed: { a: [aPod({}, labels), aPod({}, labels)], b: [aPod({}, labels)] } },
      pod,
    );
    assert.deepEqual(obstacles(found.a!), [
      { type: 'Spread', key: 'zone', domain: 'a', pods: 2, fewest: 1, skew: 2, maxSkew: 1 },
    ]);
    assert.deepEqual(obstacles(found.lost!), [{ type: 'TopologyKey', key: 'zone' }]);
    assert.deepEqual(found.b!.rejections, []);
  });

  it('says which term finds no pod to be with', () => {
    const found = judge({ nodes: [aNode('a', zone('a')), aNode('lost')] }, aPod(required('podAffinity')));
    assert.deepEqual(obstacles(found.a!), [
      { type: 'PodAffinity', key: 'zone', domain: 'a', selector: 'app=x' },
    ]);
    assert.deepEqual(obstacles(found.lost!), [{ type: 'TopologyKey', key: 'zone' }]);
  });

  it('names the pods that the pod does not want beside it, in its domain alone', () => {
    const [here, elsewhere] = [aPod({}, { app: 'x' }), aPod({}, { app: 'x' })];
    const nodes = [aNode('a1', zone('a')), aNode('a2', zone('a')), aNode('b', zone('b'))];
    const found = judge({ nodes, placed: { a1: [here], b: [elsewhere] } }, aPod(required('podAntiAffinity')));
    const against = (domain: string, pod: Pod) => [
      { type: 'PodAntiAffinity', key: 'zone', domain, existing: false, pods: [named(pod)] },
    ];
    assert.deepEqual(obstacles(found.a1!), against('a', here));
    assert.deepEqual(obstacles(found.a2!), against('a', here));
    assert.deepEqual(obstacles(found.b!), against('b', elsewhere));
  });

  it('names the pods whose own anti-affinity is against the pod', () => {
    const refusing = aPod(required('podAntiAffinity'));
    const { a } = judge(
      { nodes: [aNode('a', zone('a'))], placed: { a: [refusing] } },
      aPod({}, { app: 'x' }),
    );
    assert.deepEqual(obstacles(a!), [
      { type: 'PodAntiAffinity', key: 'zone', domain: 'a', existing: true, pods: [named(refusing)] },
    ]);
  });

  it('names five pods at most', () => {
    const many = Array.from({ length: 9 }, () => aPod({}, { app: 'x' }));
    const { a } = judge(
      { nodes: [aNode('a', zone('a'))], placed: { a: many } },
      aPod(required('podAntiAffinity')),
    );
    const [found] = obstacles(a!);
    assert.equal(found?.type === 'PodAntiAffinity' && found.pods.length, 5);
  });

  it('counts the pods that are nominated for the node, and says so', () => {
    const other = aPod({ priority: 5, containers: [aContainer({ cpu: '1500m' })] });
    const scene: Scene = { nodes: [aNode('a'), aNode('b')], nominated: [[other, 'a']] };
    const found = judge(scene, aPod({ priority: 5, containers: [aContainer({ cpu: '1' })] }));
    assert.deepEqual(found.a!.nominated, [named(other)]);
    assert.deepEqual(plugins(found.a!), ['NodeResourcesFit']);
    assert.deepEqual(found.b, { node: 'b', rejections: [] });
  });
});

describe('preemption', () => {
  const big = (priority: number, spec: Partial<PodSpec> = {}): Pod =>
    aPod({ priority, containers: [aContainer({ cpu: '2' })], ...spec }, { app: `p${priority}` });

  it('is previewed on each node that it may help', () => {
    const victim = big(1);
    const nodes = [aNode('a'), aNode('b'), aNode('cordoned', {}, { unschedulable: true })];
    const placed = { a: [victim], b: [big(10)], cordoned: [big(1)] };
    const found = judge({ nodes, placed }, big(10));
    assert.deepEqual(found.a!.preemption, {
      victims: [{ ...named(victim), priority: 1 }],
      count: 1,
      violations: 0,
    });
    assert.deepEqual(found.b!.preemption, { reason: 'No preemption victims found for incoming pod' });
    assert.equal(found.cordoned!.preemption, undefined, 'nobody who leaves would help there');
  });

  it('counts the victims that a disruption budget would keep', () => {
    const budget: PodDisruptionBudget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b', namespace: 'd' },
      spec: { selector: { matchLabels: { app: 'p1' } } },
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
    };
    const { a } = judge({ nodes: [aNode('a')], placed: { a: [big(1)] }, budgets: [budget] }, big(10));
    assert.equal(a!.preemption && 'violations' in a!.preemption && a!.preemption.violations, 1);
  });

  it('is not for pods that must not preempt', () => {
    const { a } = judge(
      { nodes: [aNode('a')], placed: { a: [big(1)] } },
      big(10, { preemptionPolicy: 'Never' }),
    );
    assert.deepEqual(a!.preemption, { reason: 'not eligible due to preemptionPolicy=Never.' });
  });
});
