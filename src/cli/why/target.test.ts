import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetOf } from './target.ts';

test('a target is a pod, a workload, a claim or a volume in kubectl’s words', () => {
  assert.deepEqual(targetOf('web'), { kind: 'Pod', name: 'web' });
  assert.deepEqual(targetOf('po/web'), { kind: 'Pod', name: 'web' });
  assert.deepEqual(targetOf('deploy/web'), { kind: 'Deployment', name: 'web' });
  assert.deepEqual(targetOf('Job/web'), { kind: 'Job', name: 'web' });
  assert.deepEqual(targetOf('pvc/data'), { kind: 'PersistentVolumeClaim', name: 'data' });
  assert.deepEqual(targetOf('persistentvolumes/a'), { kind: 'PersistentVolume', name: 'a' });
  for (const wrong of ['', '/web', 'pod/', 'pod/a/b', 'service/web', 'constructor/web'])
    assert.equal(targetOf(wrong), undefined, wrong);
});
