import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Toleration } from '../../api/kinds/core/v1/affinity.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aBoundPod, aContainer, type Container } from '../../sim/objects/pod.ts';
import { misfit } from './fit.ts';

const allocatable = { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1Gi', pods: '3' };
const node = aNode('node1');
const context = { others: [], node, allocatable };
const reasonOf = (...args: Parameters<typeof misfit>) => misfit(...args)?.reason ?? 'fits';

const asking = (requests: Record<string, string>) =>
  aBoundPod('p', { containers: [aContainer('main', { resources: { requests } })] });
const claiming = (port: Partial<NonNullable<Container['ports']>[number]> = {}) =>
  aBoundPod('p', {
    containers: [aContainer('main', { ports: [{ containerPort: 1, hostPort: 80, ...port }] })],
  });

test('a node that cannot be read takes no pod', () => {
  assert.deepEqual(misfit(aBoundPod('p'), { ...context, node: undefined }), {
    reason: 'InvalidNodeInfo',
    message: 'Kubelet cannot get node info.',
  });
});

test('room: what all pods request, in the order of upstream', () => {
  const rows: [requests: Record<string, string>, used: Record<string, string>, reason: string][] = [
    [{ cpu: '500m' }, { cpu: '1500m' }, 'fits'],
    [{ cpu: '501m', memory: '2Gi' }, { cpu: '1500m' }, 'OutOfcpu'],
    [{ memory: '1' }, { memory: '1Gi' }, 'OutOfmemory'],
    [{ 'ephemeral-storage': '2Gi' }, {}, 'OutOfephemeral-storage'],
    [{ 'hugepages-2Mi': '2Mi' }, {}, 'OutOfhugepages-2Mi'],
    [{ cpu: '0' }, { cpu: '3' }, 'fits'],
  ];
  for (const [requests, used, reason] of rows)
    assert.equal(reasonOf(asking(requests), { ...context, others: [asking(used)] }), reason);
  const full = misfit(aBoundPod('p'), { ...context, others: Array(3).fill(aBoundPod('q')) });
  assert.deepEqual(full, {
    reason: 'OutOfpods',
    message: "Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3",
  });
});

test('an extended resource counts when the Node has it, and is the cluster’s when not', () => {
  const dongles = aNode('node1', { 'example.com/dongle': '1' });
  const pod = asking({ 'example.com/dongle': '2' });
  assert.equal(reasonOf(pod, context), 'fits');
  assert.equal(reasonOf(pod, { ...context, node: dongles }), 'OutOfexample.com/dongle');
});

test('an extended resource that a claim provides is not looked for on the node', () => {
  const name = 'example.com/dongle';
  const without = aNode('node1', { [name]: '0' });
  const pod = asking({ [name]: '1' });
  assert.equal(reasonOf(pod, { ...context, node: without }), `OutOf${name}`);
  const requestMappings = [{ containerName: 'main', resourceName: name, requestName: 'r' }];
  const extendedResourceClaimStatus = { resourceClaimName: 'c', requestMappings };
  const provided = { ...pod, status: { extendedResourceClaimStatus } };
  assert.equal(reasonOf(provided, { ...context, node: without }), 'fits');
  assert.equal(reasonOf(asking({ 'deviceclass.resource.kubernetes.io/c': '1' }), context), 'fits');
});

test('a resize that cannot be granted takes nothing of the node', () => {
  const status = {
    conditions: [{ type: 'PodResizePending', status: 'True', reason: 'Infeasible' }],
    containerStatuses: [
      {
        name: 'main',
        image: '',
        imageID: '',
        ready: true,
        restartCount: 0,
        resources: { requests: { cpu: '1' } },
      },
    ],
  } as const;
  const other = { ...asking({ cpu: '1000' }), status: structuredClone(status) as never };
  assert.equal(reasonOf(asking({ cpu: '1' }), { ...context, others: [other] }), 'fits');
});

test('host ports: one claim for each address, protocol and port', () => {
  const rows: [wanted: ReturnType<typeof claiming>, reason: string][] = [
    [claiming(), 'NodePorts'],
    [claiming({ hostIP: '127.0.0.1' }), 'NodePorts'],
    [claiming({ hostPort: 81 }), 'fits'],
    [claiming({ protocol: 'UDP' }), 'fits'],
  ];
  for (const [wanted, reason] of rows)
    assert.equal(reasonOf(wanted, { ...context, others: [claiming()] }), reason);
  assert.equal(
    misfit(claiming(), { ...context, others: [claiming()] })?.message,
    "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  );
});

test('node selector, node affinity and node name', () => {
  const labelled = (labels: Record<string, string>): Node => aNode('node1', {}, {}, { labels });
  const selecting = aBoundPod('p', { nodeSelector: { disk: 'ssd' } });
  assert.deepEqual(misfit(selecting, context), {
    reason: 'NodeAffinity',
    message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  });
  assert.equal(reasonOf(selecting, { ...context, node: labelled({ disk: 'ssd' }) }), 'fits');
  assert.deepEqual(misfit(aBoundPod('p', { nodeName: 'node2' }), context), {
    reason: 'NodeName',
    message: "Predicate NodeName failed: node(s) didn't match the requested node name",
  });
});

test('of the taints only NoExecute keeps a pod off', () => {
  const refusal = {
    reason: 'TaintToleration',
    message: "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
  };
  const tainted = (effect: 'NoSchedule' | 'NoExecute') =>
    aNode('node1', {}, { taints: [{ key: 'k', effect }] });
  const tolerating = (toleration: Toleration) => aBoundPod('p', { tolerations: [toleration] });
  const executing = { ...context, node: tainted('NoExecute') };
  assert.deepEqual(misfit(aBoundPod('p'), executing), refusal);
  assert.equal(reasonOf(tolerating({ key: 'k', operator: 'Exists' }), executing), 'fits');
  assert.equal(reasonOf(aBoundPod('p'), { ...context, node: tainted('NoSchedule') }), 'fits');
});

test('the operating system and the policy for groups, before everything else', () => {
  const rows: [spec: Parameters<typeof aBoundPod>[1], labels: Record<string, string>, reason: string][] = [
    [{ os: { name: 'linux' } }, { 'kubernetes.io/os': 'linux' }, 'fits'],
    [{ os: { name: 'windows' } }, {}, 'PodOSNotSupported'],
    [{}, { 'kubernetes.io/os': 'windows' }, 'PodOSSelectorNodeLabelDoesNotMatch'],
    [{ securityContext: { supplementalGroupsPolicy: 'Merge' } }, {}, 'fits'],
    [{ securityContext: { supplementalGroupsPolicy: 'Strict' } }, {}, 'SupplementalGroupsPolicyNotSupported'],
  ];
  for (const [spec, labels, reason] of rows) {
    assert.equal(reasonOf(aBoundPod('p', spec, { labels }), context), reason);
    if (reason === 'fits') continue;
    assert.equal(reasonOf(aBoundPod('p', { ...spec, nodeName: 'node2' }, { labels }), context), reason);
  }
});
