import assert from 'node:assert/strict';
import { it } from 'node:test';
import { aContent } from '../../sim/objects/snapshots.ts';
import { aVolume, reachedFrom } from '../../sim/objects/storage.ts';
import type { DriverNode } from '../csi/driver-nodes.ts';
import { BY_HANDLE, handleOf, reachOfContent } from './where.ts';

const node = (name: string): DriverNode => ({
  ...{ name, nodeId: name, topologyKeys: ['host'], isReady: true },
  label: (key) => (key === 'host' ? name : undefined),
});
const csi = { driver: 'd.example.com', volumeHandle: 'h' };
const { hostPath: _, ...spec } = aVolume('v', { csi, ...reachedFrom('host', 'a') }).spec!;
const volume = { ...aVolume('v'), spec };

function reached(label: string | undefined, volumes: readonly (typeof volume)[], nodes = 2): string[] {
  const content = aContent('c', { source: { volumeHandle: 'h' } });
  const labels: Record<string, string> =
    label === undefined ? {} : { 'snapshot.storage.kubernetes.io/managed-by': label };
  const lister = {
    byIndex: (index: string, value: string) =>
      index === BY_HANDLE ? volumes.filter((one) => handleOf(one).includes(value)) : [],
  };
  const reach = reachOfContent({ ...content, metadata: { name: 'c', labels } }, lister, nodes);
  return ['a', 'b'].filter((name) => reach === undefined || reach(node(name)));
}

it('a driver is called where the volume is, else where it was, else only if there is no choice', () => {
  assert.deepEqual(reached('b', [volume]), ['a']);
  assert.deepEqual(reached(undefined, [volume]), ['a']);
  assert.deepEqual(reached('b', []), ['b']);
  assert.deepEqual(reached(undefined, []), []);
  assert.deepEqual(reached(undefined, [], 1), ['a', 'b']);
});
