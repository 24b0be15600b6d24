import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DriverNode, nodesToCall } from './driver-nodes.ts';
import { within } from './drivers.ts';

const node = (name: string, labels: Record<string, string>, isReady = true): DriverNode => ({
  ...{ name, nodeId: name, isReady, topologyKeys: Object.keys(labels) },
  label: (key) => labels[key],
});
const names = (nodes: readonly DriverNode[]) => nodes.map(({ name }) => name);
const zones = [
  node('a', { zone: '1' }, false),
  node('b', { zone: '1' }),
  node('c', { zone: '2' }),
  node('d', { zone: '2' }),
];
const disks = [node('a', { host: 'a' }), node('b', { host: 'b' })];

describe('the nodes that are called about a volume', () => {
  it('are those that reach it, first the ready ones', () => {
    assert.deepEqual(names(nodesToCall(zones, within({ zone: '1' }))), ['b', 'a']);
    assert.deepEqual(names(nodesToCall(disks, within({ host: 'b' }))), ['b']);
  });

  it('are all when it is reached from everywhere', () => {
    assert.deepEqual(names(nodesToCall(zones)), ['b', 'c', 'd', 'a']);
  });

  it('are others of a driver of zones when the zone has no node left', () => {
    assert.deepEqual(names(nodesToCall(zones, within({ zone: '3' }))), ['b', 'c', 'd', 'a']);
  });

  it('are never others of a driver whose volumes are on single nodes', () => {
    assert.deepEqual(nodesToCall(disks, within({ host: 'gone' })), []);
    assert.deepEqual(nodesToCall(disks.slice(0, 1), within({ host: 'gone' })), []);
  });
});
