import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Obstacle, PodName } from '../pods/placement.ts';
import { obstacleKey, obstacleText } from './obstacle-text.ts';

const cpu = (missing: string, free: string, total = '2', requested = '1'): Obstacle => ({
  type: 'Resource',
  resource: 'cpu',
  ...{ requested, free, total, missing },
});
const port = (pod: PodName): Obstacle => ({
  ...{ type: 'HostPort', port: 80, protocol: 'TCP', ip: '0.0.0.0', pod },
});
const other = { namespace: 'd', name: 'x' };

const cases: readonly [text: string, ...same: Obstacle[]][] = [
  ['500m more cpu (requested: 1, free: 500m of 2)', cpu('500m', '500m')],
  ['500m to 1 more cpu (requested: 1)', cpu('1', '0'), cpu('500m', '500m')],
  ['4 cpu (it has 2 in all)', cpu('2', '2', '2', '4')],
  ['4 cpu (they have 2 to 3 in all)', cpu('2', '2', '2', '4'), cpu('1', '3', '3', '4')],
  [
    'room for 1 more pod (it takes 110)',
    { type: 'Resource', resource: 'pods', requested: '1', free: '0', total: '110', missing: '1' },
  ],
  ['to be uncordoned', { type: 'Cordon' }],
  [
    'a toleration of the taint gpu=yes:NoSchedule',
    { type: 'Taint', key: 'gpu', value: 'yes', effect: 'NoSchedule' },
  ],
  ['a toleration of the taint gpu:NoExecute', { type: 'Taint', key: 'gpu', effect: 'NoExecute' }],
  ['the label disk=ssd (it has "hdd")', { type: 'NodeSelector', key: 'disk', value: 'ssd', actual: 'hdd' }],
  ['the label disk=ssd (it has no such label)', { type: 'NodeSelector', key: 'disk', value: 'ssd' }],
  [
    'zone in (a, b) (affinity, term 2) (it has "c")',
    { type: 'NodeAffinity', term: 1, key: 'zone', operator: 'In', values: ['a', 'b'], actual: 'c' },
  ],
  [
    'zone in (a) (node affinity of the volume v, term 1) (it has no such label)',
    { type: 'VolumeNodeAffinity', volume: 'v', term: 0, key: 'zone', operator: 'In', values: ['a'] },
  ],
  [
    'zone in (a, b), where the volume v is (it has "c")',
    { type: 'VolumeZone', volume: 'v', key: 'zone', values: ['a', 'b'], actual: 'c' },
  ],
  ['a free volume of 1Gi for the claim d/c', { type: 'NoVolume', claim: 'd/c', size: '1Gi' }],
  ['free devices for the resource claim d/c', { type: 'Devices', claims: ['d/c'] }],
  ['free devices for the resource claims d/c, d/e', { type: 'Devices', claims: ['d/c', 'd/e'] }],
  [
    'devices of this node for the resource claim d/c, which has others',
    { type: 'AllocatedElsewhere', claim: 'd/c' },
  ],
  ['storage of 1Gi for the claim d/c', { type: 'StorageCapacity', claim: 'd/c', size: '1Gi' }],
  [
    'fewer volumes of x: it has 2, it takes 3, and the pod needs 2 more',
    { type: 'VolumeLimit', driver: 'x', wanted: 2, attached: 2, limit: 3 },
  ],
  [
    'host port 80/TCP, taken by d/x',
    { type: 'HostPort', port: 80, protocol: 'TCP', ip: '0.0.0.0', pod: other },
  ],
  ['host port 80/TCP: d/x, d/y', ...['x', 'y', 'x'].map((name) => port({ namespace: 'd', name }))],
  ['host port 80/TCP', ...['a', 'b', 'c', 'd'].map((name) => port({ namespace: 'd', name }))],
  [
    'host port 80/TCP, taken by a pod that you may not read',
    { type: 'HostPort', port: 80, protocol: 'TCP', ip: '0.0.0.0', pod: {} },
  ],
  [
    'fewer matching pods in zone=a: it has 3, the fewest are 1; with this pod the skew is 3, maxSkew is 1',
    { type: 'Spread', key: 'zone', domain: 'a', pods: 3, fewest: 1, skew: 3, maxSkew: 1 },
  ],
  [
    'a pod that matches app=x in zone=a',
    { type: 'PodAffinity', key: 'zone', domain: 'a', selector: 'app=x' },
  ],
  [
    'zone=a without d/x (anti-affinity)',
    { type: 'PodAntiAffinity', key: 'zone', domain: 'a', existing: false, pods: [other] },
  ],
];

describe('what would be enough', () => {
  for (const [text, ...same] of cases) it(text, () => assert.equal(obstacleText(same), text));
});

it('the same obstacle has one key on every node, another one has another', () => {
  const on = (domain: string): Obstacle => ({ type: 'PodAffinity', key: 'zone', domain, selector: 'app=x' });
  assert.equal(obstacleKey(on('a')), obstacleKey(on('b')));
  assert.equal(obstacleKey(cpu('1', '0')), obstacleKey(cpu('500m', '500m', '3')));
  assert.notEqual(
    obstacleKey(cpu('1', '0')),
    obstacleKey(cpu('2', '2', '2', '4')),
    'no node of its size helps',
  );
  const affinity = { type: 'NodeAffinity', term: 0, key: 'zone', operator: 'In', values: ['a'] } as const;
  assert.equal(obstacleKey(affinity), obstacleKey({ ...affinity, actual: 'b' }));
  assert.notEqual(obstacleKey(affinity), obstacleKey({ ...affinity, term: 1 }));
});
