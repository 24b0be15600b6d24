import assert from 'node:assert/strict';
import { it } from 'node:test';
import { aClaim, aClass, aVolume } from '../../../../sim/objects/storage.ts';
import { claimRow, classRow, type Known, volumeRow } from './rows.ts';

const GIB = 2 ** 30;
const known: Known = { classes: [], volumes: [], users: {}, use: {} };

it('a claim shows who uses it, how full it is, and why it waits', () => {
  const bound = {
    ...aClaim('data', { storageClassName: 'fast', volumeName: 'v' }),
    status: { phase: 'Bound' as const, capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
  };
  const use = { 'default/data': { used: GIB / 2, capacity: GIB } };
  const row = claimRow(bound, { ...known, users: { 'default/data': [{ pod: 'web', node: 'n1' }] }, use });
  assert.deepEqual(
    [row.phase, row.size, row.used, row.users, row.modes, row.why],
    ['Bound', GIB, GIB / 2, ['web'], 'RWO', ''],
  );
  const waiting = aClaim('data', { storageClassName: 'fast' });
  assert.equal(claimRow(waiting, known).why, 'class fast: there is no such StorageClass');
  const classes = [aClass('fast', { volumeBindingMode: 'WaitForFirstConsumer' })];
  assert.match(
    claimRow(waiting, { ...known, classes }).why,
    /once a pod that uses the claim has a node; no pod uses it$/,
  );
});

it('what may not be read is not taken for missing', () => {
  const waiting = aClaim('data', { storageClassName: 'fast' });
  const { why, users } = claimRow(waiting, { ...known, classes: undefined, users: undefined });
  assert.match(why, /you may not list pods/);
  assert.equal(users, undefined);
});

it('a volume shows whose it is and where it comes from; a class whether it is the default one', () => {
  const volume = aVolume('v', { claimRef: { namespace: 'n', name: 'c' } });
  assert.deepEqual([volumeRow(volume).claim, volumeRow(volume).driver], ['n/c', 'hostPath']);
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const found = aClass('c');
  assert.deepEqual(
    [
      classRow(found).isDefault,
      classRow({ ...found, metadata: { ...found.metadata, annotations } }).isDefault,
    ],
    [false, true],
  );
});
