import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import { aVolume, claimVolume } from '../../sim/objects/storage.ts';
import { refusal } from './refusal.ts';

const inPod = (source: Omit<Volume, 'name'>) =>
  refusal({ volume: { name: 'v', ...source }, readOnly: false });

test('a kind that no plug-in has is named, in the words of upstream', () => {
  const monitors = ['m'];
  const matched = 'failed to get Plugin from volumeSpec for volume "v" err=no volume plugin matched';
  for (const [source, kind] of [
    [{ glusterfs: { endpoints: 'e', path: 'p' } }, 'glusterfs'],
    [{ rbd: { monitors, image: 'i' } }, 'rbd'],
    [{ cephfs: { monitors } }, 'cephfs'],
    [{ iscsi: { targetPortal: 't', iqn: 'i', lun: 0 } }, 'iscsi'],
    [{ fc: {} }, 'fc'],
    [{ flexVolume: { driver: 'd' } }, 'flexVolume'],
  ] as const)
    assert.deepEqual(inPod(source as Omit<Volume, 'name'>), {
      atSetUp: false,
      message: `${matched}: ${kind} volumes are not supported on this node`,
    });
  const spec = { accessModes: ['ReadWriteOnce'], iscsi: { targetPortal: 't', iqn: 'i', lun: 0 } };
  const persistentVolume = { ...aVolume('pv'), spec };
  assert.equal(
    refusal({ volume: claimVolume('c', 'v'), persistentVolume, readOnly: false }).message,
    `${matched}: iscsi volumes are not supported on this node`,
  );
});

test('a Git repository is known, and disabled', () => {
  const message = 'git-repo volume plugin has been disabled';
  assert.deepEqual(inPod({ gitRepo: { repository: 'r' } }), { atSetUp: true, message });
});
