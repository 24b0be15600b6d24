import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it } from 'node:test';
import { aVolume } from '../../sim/objects/storage.ts';
import { attachmentNameOf, csiVolumeOf, isExclusive, needsAttachment, volumeNameOf } from './attachment.ts';

const volume = { driver: 'd.example.com', handle: 'vol^1/a' };

it('a volume has one name in the status of nodes, which says what it is', () => {
  assert.equal(volumeNameOf(volume), 'kubernetes.io/csi/d.example.com^vol^1/a');
  assert.deepEqual(csiVolumeOf(volumeNameOf(volume)), volume);
  for (const other of ['kubernetes.io/fc/[50]:0', 'kubernetes.io/csi/d.example.com', ''])
    assert.equal(csiVolumeOf(other), undefined);
});

it('an attachment is named for the volume, its driver and the node', () => {
  const hash = createHash('sha256').update('vol^1/ad.example.comn1').digest('hex');
  assert.equal(attachmentNameOf(volume, 'n1'), `csi-${hash}`);
});

it('a volume goes to one node unless a mode allows several or none is known', () => {
  const exclusive = (...accessModes: string[]) => isExclusive(aVolume('v', { accessModes }));
  assert.equal(exclusive('ReadWriteOnce'), true);
  assert.equal(exclusive('ReadWriteOncePod'), true);
  assert.equal(exclusive('ReadWriteOnce', 'ReadOnlyMany'), false);
  assert.equal(exclusive('ReadWriteMany'), false);
  assert.equal(exclusive(), false);
});

it('only a driver that says so needs no attachment', () => {
  const driver = (attachRequired?: boolean) => ({
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'd' } },
    spec: { ...(attachRequired !== undefined && { attachRequired }) },
  });
  assert.deepEqual([undefined, driver(), driver(true), driver(false)].map(needsAttachment), [
    true,
    true,
    true,
    false,
  ]);
});
