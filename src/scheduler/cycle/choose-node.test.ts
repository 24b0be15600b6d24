import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { seededRandom } from '../../kit/random.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aContainer, aPod, type Container, type PodSpec } from '../../sim/objects/pod.ts';
import { podInfo } from '../cache/pod-info.ts';
import { SchedulerCache } from '../cache/scheduler-cache.ts';
import { CycleState } from '../framework/cycle-state.ts';
import { Framework } from '../framework/framework.ts';
import { defaultProfile, type PluginSources } from '../profile.ts';
import { sourcesOf } from '../testing/sources.fake.ts';
import { NodeChooser, nodesToFind } from './choose-node.ts';
import { explain } from './diagnosis.ts';

const node = (name: string, spec: Node['spec'] = {}, cpu = '2', labels: Record<string, string> = {}): Node =>
  aNode(name, { cpu, memory: '4Gi' }, spec, { labels: { 'kubernetes.io/hostname': name, ...labels } });

let serial = 0;
const pod = (spec: Partial<PodSpec> = {}, cpu = '100m', labels: Record<string, string> = {}): Pod => {
  const uid = `u${serial++}`;
  const containers = [aContainer('main', { resources: { requests: { cpu } } })];
  return aPod(uid, { containers, ...spec }, { namespace: 'd', uid, labels });
};

function chooserOver(
  cache: SchedulerCache,
  defaultSelector: PluginSources['defaultSelector'] = () => undefined,
) {
  const profile = defaultProfile(sourcesOf(cache, { defaultSelector }));
  return new NodeChooser(new Framework(profile, new SteppedClock()), cache, seededRandom(3));
}

function cluster(nodes: Node[], placed: [Pod, string][] = []) {
  const cache = new SchedulerCache();
  for (const n of nodes) cache.setNode(n);
  for (const [p, name] of placed) cache.setPod({ ...p, spec: { ...p.spec!, nodeName: name } });
  const chooser = chooserOver(cache);
  const choose = (p: Pod) => {
    const choice = chooser.choose(new CycleState(), podInfo(p));
    if ('error' in choice) throw choice.error.cause;
    return choice;
  };
  return {
    cache,
    place: (p: Pod) => {
      const choice = choose(p);
      return 'node' in choice ? choice.node : explain(choice.diagnosis);
    },
    diagnosis: (p: Pod) => {
      const choice = choose(p);
      return 'diagnosis' in choice ? choice.diagnosis : undefined;
    },
  };
}

describe('filters', () => {
  it('says how much of what is missing, counted over nodes', () => {
    const { place } = cluster([node('a'), node('b', { unschedulable: true })]);
    assert.equal(
      place(pod({}, '3')),
      '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable.',
    );
  });

  it('counts what is placed already, and frees it when a pod goes', () => {
    const big = pod({}, '1500m');
    const { place, cache } = cluster([node('a')], [[big, 'a']]);
    assert.equal(place(pod({}, '1')), '0/1 nodes are available: 1 Insufficient cpu.');
    cache.removePod(big.metadata.uid!);
    assert.equal(place(pod({}, '1')), 'a');
  });

  it('counts sidecars with the containers and other init containers by the largest', () => {
    const init = (cpu: string, restartPolicy?: 'Always'): Container => ({
      name: `i${cpu}`,
      image: 'i',
      restartPolicy,
      resources: { requests: { cpu } },
    });
    const { place } = cluster([node('a')]);
    assert.equal(place(pod({ initContainers: [init('1900m', 'Always')] }, '200m')).slice(0, 5), '0/1 n');
    assert.equal(place(pod({ initContainers: [init('1900m'), init('1')] }, '200m')), 'a');
  });

  it('honours taints, node selectors, node affinity and names', () => {
    const taints = [{ key: 'k', value: 'v', effect: 'NoSchedule' as const }];
    const { place } = cluster([node('a', { taints }), node('b', {}, '2', { disk: 'ssd' })]);
    assert.equal(place(pod({ nodeSelector: { disk: 'ssd' } })), 'b');
    assert.equal(place(pod({ nodeName: 'a', tolerations: [{ operator: 'Exists' }] })), 'a');
    assert.equal(
      place(pod({ nodeSelector: { disk: 'hdd' } })),
      "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s).",
    );
    const nodeSelectorTerms = [{ matchExpressions: [{ key: 'disk', operator: 'DoesNotExist' as const }] }];
    const affinity = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
    };
    assert.equal(place(pod({ affinity, tolerations: [{ key: 'k', operator: 'Exists' }] })), 'a');
  });

  it('keeps host ports apart', () => {
    const claim = () =>
      pod({ containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 1, hostPort: 80 }] }] });
    const { place } = cluster([node('a'), node('b')], [[claim(), 'a']]);
    assert.equal(place(claim()), 'b');
  });

  it('keeps pods apart and together by affinity', () => {
    const labels = { app: 'x' };
    const term = { labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' };
    const apart = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    const together = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    const { place } = cluster([node('a'), node('b')], [[pod({ affinity: apart }, '1m', labels), 'a']]);
    assert.equal(place(pod({ affinity: apart }, '1m', labels)), 'b');
    assert.equal(place(pod({}, '1m', labels)), 'b', 'the one in place keeps others out');
    assert.equal(place(pod({ affinity: together }, '1m')), 'a');
    const lonely = cluster([node('a')]);
    assert.equal(
      lonely.place(pod({ affinity: together }, '1m', labels)),
      'a',
      'the first of its kind may start anywhere',
    );
    assert.match(lonely.place(pod({ affinity: together }, '1m')), /didn't match pod affinity rules/);
  });

  it('keeps domains within maxSkew', () => {
    const labels = { app: 'x' };
    const spread = {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'DoNotSchedule' as const,
          labelSelector: { matchLabels: labels },
        },
      ],
    };
    const { place } = cluster([node('a'), node('b')], [[pod({}, '1m', labels), 'a']]);
    assert.equal(place(pod(spread, '1m', labels)), 'b');
  });
});

describe('scores', () => {
  it('prefers the emptier node, the wished one, and the one with the image', () => {
    const { place, cache } = cluster([node('a'), node('b')], [[pod({}, '1'), 'a']]);
    assert.equal(place(pod()), 'b');
    const image = { names: ['big:1'], sizeBytes: 900 * 1024 * 1024 };
    cache.setNode({ ...node('a'), status: { ...node('a').status, images: [image] } });
    cache.removePod('u999');
    const preference = {
      matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In' as const, values: ['a'] }],
    };
    const preferred = [{ weight: 100, preference }];
    const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } };
    assert.equal(place(pod({ affinity })), 'a');
  });

  it('spreads siblings over nodes without being asked', () => {
    const cache = new SchedulerCache();
    cache.setNode(node('a'));
    cache.setNode(node('b'));
    const labels = { app: 'x' };
    const sibling = pod({}, '1m', labels);
    cache.setPod({ ...sibling, spec: { ...sibling.spec!, nodeName: 'a' } });
    const chooser = chooserOver(cache, () => labelSelectorOf({ matchLabels: labels }));
    assert.deepEqual(chooser.choose(new CycleState(), podInfo(pod({}, '1m', labels))), { node: 'b' });
  });

  it('filters only a share of a large cluster', () => {
    assert.deepEqual([nodesToFind(50), nodesToFind(1000), nodesToFind(10_000)], [50, 420, 500]);
  });
});

describe('a nominated node', () => {
  const nominatedTo = (nominatedNodeName: string, cpu = '100m') => ({
    ...pod({}, cpu),
    status: { nominatedNodeName },
  });

  it('is taken if the pod fits there, even where another scores higher', () => {
    const { place } = cluster([node('a'), node('b')], [[pod({}, '1'), 'b']]);
    assert.equal(place(pod()), 'a');
    assert.equal(place(nominatedTo('b')), 'b');
  });

  it('does not keep the pod from another node', () => {
    const { place } = cluster([node('a'), node('b')], [[pod({}, '2'), 'b']]);
    assert.equal(place(nominatedTo('b')), 'a');
    assert.equal(place(nominatedTo('gone')), 'a');
    assert.equal(place(nominatedTo('b', '3')), '0/2 nodes are available: 2 Insufficient cpu.');
  });
});
