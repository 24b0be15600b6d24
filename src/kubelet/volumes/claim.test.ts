import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { notFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import { aContainer, aPod } from '../../sim/objects/pod.ts';
import { aClaim, aVolume, claimVolume } from '../../sim/objects/storage.ts';
import { volumeSpec } from './claim.ts';

const apiWith = (...objects: (PersistentVolumeClaim | PersistentVolume)[]): Pick<Client, 'get'> => ({
  get: async ({ resource }: AnyResource, name: string): Promise<never> => {
    const found = objects.find(({ kind, metadata }) => kind === resource.kind && metadata.name === name);
    if (!found) throw notFound({ group: '', resource: resource.plural }, name);
    return found as never;
  },
});
const uid = 'u';
const claim = (own: Partial<PersistentVolumeClaim> = {}, metadata = {}): PersistentVolumeClaim => ({
  ...aClaim('c', { volumeName: 'v' }, { uid, ...metadata }),
  status: { phase: 'Bound' },
  ...own,
});
const volume = (spec: Parameters<typeof aVolume>[1] = {}) =>
  aVolume('v', { claimRef: { namespace: 'default', name: 'c', uid }, ...spec });
const container = (own: Parameters<typeof aContainer>[1]) => aContainer('main', own);
const mounting = aPod('p', {
  volumes: [claimVolume('c', 'data')],
  containers: [container({ volumeMounts: [{ name: 'data', mountPath: '/data' }] })],
});
const asDevice = aPod('p', {
  volumes: [claimVolume('c', 'data')],
  containers: [container({ volumeDevices: [{ name: 'data', devicePath: '/dev/x' }] })],
});
const specOf = (pod: typeof mounting, ...objects: Parameters<typeof apiWith>) =>
  volumeSpec(pod, pod.spec!.volumes![0]!, apiWith(...objects));

describe('the volume behind a claim', () => {
  it('is the one that it is bound to', async () => {
    const found = await specOf(mounting, claim(), volume());
    assert.deepEqual([found.persistentVolume?.metadata.name, found.readOnly], ['v', false]);
  });

  it('is read-only when the pod says so, or its access modes', async () => {
    assert.equal((await specOf(mounting, claim(), volume({ accessModes: ['ReadOnlyMany'] }))).readOnly, true);
    const reading = aPod('p', {
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'c', readOnly: true } }],
    });
    assert.equal((await specOf(reading, claim(), volume())).readOnly, true);
  });

  const processing = 'error processing PVC default/c:';
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  const ephemeral = aPod('p', {
    volumes: [{ name: 'e', ephemeral: { volumeClaimTemplate: { spec: {} } } }],
  });
  const table: readonly (readonly [
    message: string,
    pod: typeof mounting,
    objects: Parameters<typeof apiWith>,
  ])[] = [
    [`${processing} failed to fetch PVC from API server: persistentvolumeclaims "c" not found`, mounting, []],
    [`${processing} PVC is not bound`, mounting, [claim({ status: { phase: 'Pending' } })]],
    [`${processing} PVC is being deleted`, mounting, [claim({}, { deletionTimestamp })]],
    [`${processing} PVC has empty pvc.Spec.VolumeName`, mounting, [claim({ spec: {} })]],
    [
      `${processing} failed to fetch PV v from API server: persistentvolumes "v" not found`,
      mounting,
      [claim()],
    ],
    [
      `${processing} found PV object v but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`,
      mounting,
      [claim(), aVolume('v')],
    ],
    [
      `${processing} found PV object v but its pv.Spec.ClaimRef.UID w does not point to claim.UID u`,
      mounting,
      [claim(), volume({ claimRef: { namespace: 'default', name: 'c', uid: 'w' } })],
    ],
    [
      'volume data has volumeMode Block, but is specified in volumeMounts',
      mounting,
      [claim(), volume({ volumeMode: 'Block' })],
    ],
    [
      'volume data has volumeMode Filesystem, but is specified in volumeDevices',
      asDevice,
      [claim(), volume()],
    ],
    [
      'PVC default/p-e was not created for pod default/p (pod is not owner)',
      ephemeral,
      [claim({ metadata: { name: 'p-e', namespace: 'default' } })],
    ],
  ];
  for (const [message, pod, objects] of table)
    it(`is missing: ${message}`, () => assert.rejects(specOf(pod, ...objects), { message }));

  it('of a protected claim that is being deleted can be used still', async () => {
    const finalizers = ['kubernetes.io/pvc-protection'];
    const found = await specOf(mounting, claim({}, { deletionTimestamp, finalizers }), volume());
    assert.equal(found.persistentVolume?.metadata.name, 'v');
  });
});
