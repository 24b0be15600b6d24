// Which events have a pod tried again that a plugin rejected.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NodeInfo } from '../cache/node-info.ts';
import { podInfo } from '../cache/pod-info.ts';
import type { ClusterEvent } from '../framework/cluster-events.ts';
import { cacheOf } from '../testing/cache.fake.ts';
import { aContainer, aNode, aPod, type PodSpec, requesting } from '../testing/objects.fake.ts';
import { interPodAffinity } from './inter-pod-affinity/inter-pod-affinity.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodeName } from './node-name.ts';
import { nodePorts } from './node-ports.ts';
import { nodeResourcesFit } from './node-resources-fit/node-resources-fit.ts';
import { nodeUnschedulable } from './node-unschedulable.ts';
import { podTopologySpread } from './pod-topology-spread/pod-topology-spread.ts';
import { taintToleration } from './taint-toleration.ts';

type Node = ReturnType<typeof aNode>;
type Pod = ReturnType<typeof aPod>;

const added = (pod: Pod): ClusterEvent => ({ type: 'PodAdded', pod: podInfo(pod) });
const deleted = (pod: Pod): ClusterEvent => ({ type: 'PodDeleted', pod: podInfo(pod) });
const updated = (old: Pod, pod: Pod): ClusterEvent => ({
  ...{ type: 'PodUpdated', old: podInfo(old) },
  pod: podInfo(pod),
});
const nodeAdded = (node: Node): ClusterEvent => ({ type: 'NodeAdded', node: NodeInfo.of(node) });
const nodeDeleted = (node: Node): ClusterEvent => ({ type: 'NodeDeleted', node: NodeInfo.of(node) });
const nodeUpdated = (old: Node, node: Node): ClusterEvent => ({
  ...{ type: 'NodeUpdated', old: NodeInfo.of(old) },
  node: NodeInfo.of(node),
});

const spread = podTopologySpread(cacheOf([]), () => undefined);
const affinity = interPodAffinity(cacheOf([]), () => ({}));

const labelled = (app: string, spec: Partial<PodSpec> = {}) => aPod(spec, { app });
const term = (app: string) => ({ topologyKey: 'zone', labelSelector: { matchLabels: { app } } });
const near = (app: string) =>
  aPod({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(app)] } } });
const apart = (app: string, labels = {}) =>
  aPod(
    { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(app)] } } },
    labels,
  );
const spreading = aPod({
  topologySpreadConstraints: [{ ...term('a'), maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }],
});
const withPort = (hostPort: number) =>
  aPod({ containers: [aContainer({}, { ports: [{ containerPort: 1, hostPort }] })] });
const small = aNode('n', {}, {}, { cpu: '1' });
const large = aNode('n', {}, {}, { cpu: '4' });
const cordoned = aNode('n', {}, { unschedulable: true });
const tainted = aNode('n', {}, { taints: [{ key: 'k', effect: 'NoSchedule' }] });
const ssd = aPod({ nodeSelector: { disk: 'ssd' } });
const free = aNode('n');
const zoned = (zone: string) => aNode('n', { zone });
const twoCpus = requesting({ cpu: '2' });

type Row = readonly [what: string, pod: Pod, event: ClusterEvent, mayFit: boolean];

const tables: readonly (readonly [plugin: Parameters<typeof check>[0], rows: readonly Row[]])[] = [
  [
    nodeResourcesFit(),
    [
      ['any pod that leaves', twoCpus, deleted(aPod()), true],
      ['a pod that comes', twoCpus, added(aPod()), false],
      [
        'less of what it asks for',
        twoCpus,
        updated(requesting({ cpu: '2' }), requesting({ cpu: '1' })),
        true,
      ],
      [
        'less of something else',
        twoCpus,
        updated(requesting({ memory: '2' }), requesting({ memory: '1' })),
        false,
      ],
      ['a node with room', twoCpus, nodeAdded(large), true],
      ['a node without room', twoCpus, nodeAdded(small), false],
      ['a node that grew enough', twoCpus, nodeUpdated(small, large), true],
      ['a node that grew too little', requesting({ cpu: '5' }), nodeUpdated(small, large), false],
      ['a node that shrank', requesting({ cpu: '1' }), nodeUpdated(large, small), false],
      [
        'another label of a node',
        twoCpus,
        nodeUpdated(large, aNode('n', { a: 'b' }, {}, { cpu: '4' })),
        false,
      ],
      ['a node that leaves', twoCpus, nodeDeleted(large), false],
    ],
  ],
  [
    nodePorts,
    [
      ['the port becomes free', withPort(80), deleted(withPort(80)), true],
      ['another port becomes free', withPort(80), deleted(withPort(81)), false],
      ['a new node', withPort(80), nodeAdded(free), true],
    ],
  ],
  [
    nodeAffinity,
    [
      ['a node that matches', ssd, nodeAdded(aNode('n', { disk: 'ssd' })), true],
      ['a node that does not', ssd, nodeAdded(free), false],
      ['a node that matches now', ssd, nodeUpdated(free, aNode('n', { disk: 'ssd' })), true],
      [
        'one that matched before',
        ssd,
        nodeUpdated(aNode('n', { disk: 'ssd' }), aNode('n', { disk: 'ssd', a: 'b' })),
        false,
      ],
      ['pods', ssd, deleted(aPod()), false],
    ],
  ],
  [
    nodeName,
    [
      ['a new node', aPod(), nodeAdded(free), true],
      ['a changed one', aPod(), nodeUpdated(free, large), false],
    ],
  ],
  [
    nodeUnschedulable,
    [
      ['a node that is uncordoned', aPod(), nodeUpdated(cordoned, free), true],
      ['a node that is cordoned', aPod(), nodeUpdated(free, cordoned), false],
      ['a new node that is cordoned', aPod(), nodeAdded(cordoned), false],
    ],
  ],
  [
    taintToleration,
    [
      ['a taint is removed', aPod(), nodeUpdated(tainted, free), true],
      ['a taint is added', aPod(), nodeUpdated(free, tainted), false],
      ['a new node without taints', aPod(), nodeAdded(free), true],
      ['a new node with a taint', aPod(), nodeAdded(tainted), false],
      [
        'a new node with a tolerated taint',
        aPod({ tolerations: [{ operator: 'Exists' }] }),
        nodeAdded(tainted),
        true,
      ],
    ],
  ],
  [
    affinity,
    [
      ['the pod that it wants comes', near('a'), added(labelled('a')), true],
      ['another one comes', near('a'), added(labelled('b')), false],
      ['a pod becomes the one that it wants', near('a'), updated(labelled('b'), labelled('a')), true],
      ['the pod that it avoids leaves', apart('a'), deleted(labelled('a')), true],
      ['another one leaves', apart('a'), deleted(labelled('b')), false],
      ['a pod is no longer the one that it avoids', apart('a'), updated(labelled('a'), labelled('b')), true],
      ['a pod that avoids it leaves', labelled('a'), deleted(apart('a')), true],
      [
        'the last of its own kind leaves',
        { ...near('a'), metadata: labelled('a').metadata },
        deleted(labelled('a')),
        true,
      ],
      ['a new node', near('a'), nodeAdded(free), true],
      ['a node in another domain', near('a'), nodeUpdated(zoned('x'), zoned('y')), true],
      ['a node with more room', near('a'), nodeUpdated(small, large), false],
    ],
  ],
  [
    spread,
    [
      ['a pod that counts comes', spreading, added(labelled('a')), true],
      ['one that does not', spreading, added(labelled('b')), false],
      ['a pod that counts leaves', spreading, deleted(labelled('a')), true],
      ['a pod no longer counts', spreading, updated(labelled('a'), labelled('b')), true],
      ['a pod still counts', spreading, updated(labelled('a'), aPod({}, { app: 'a', b: 'c' })), false],
      [
        'a pod of another namespace',
        spreading,
        added({ ...labelled('a'), metadata: { name: 'p', namespace: 'e', labels: { app: 'a' } } }),
        false,
      ],
      ['a new domain', spreading, nodeAdded(zoned('x')), true],
      ['a node without the key', spreading, nodeAdded(free), false],
      ['a domain goes', spreading, nodeDeleted(zoned('x')), true],
      ['a node moves', spreading, nodeUpdated(zoned('x'), zoned('y')), true],
      [
        'a node gets more room',
        spreading,
        nodeUpdated(zoned('x'), aNode('n', { zone: 'x' }, {}, { cpu: '9' })),
        false,
      ],
    ],
  ],
];

function check(
  plugin: {
    readonly name: string;
    mayFitAfter?(pod: ReturnType<typeof podInfo>, event: ClusterEvent): boolean;
  },
  [what, pod, event, mayFit]: Row,
): void {
  it(`${mayFit ? 'helps' : 'does not help'}: ${what}`, () =>
    assert.equal(plugin.mayFitAfter!(podInfo(pod), event), mayFit));
}

for (const [plugin, rows] of tables)
  describe(`for a pod that ${plugin.name} rejected`, () => {
    for (const row of rows) check(plugin, row);
  });
