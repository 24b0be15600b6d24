import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachedPath } from './usual-root.ts';

test('the usual directory of a kubelet and all below it is that of this kubelet', () => {
  const reached = (path: string) => reachedPath('/data/kubelet', path);
  assert.equal(reached('/var/lib/kubelet'), '/data/kubelet');
  assert.equal(reached('/var/lib/kubelet/'), '/data/kubelet/');
  assert.equal(reached('//var/lib/./kubelet/pods'), '/data/kubelet/pods');
  assert.equal(reached('/var/lib/kubelet/plugins/x/csi.sock'), '/data/kubelet/plugins/x/csi.sock');
});

test('other paths are what they are', () => {
  const reached = (path: string) => reachedPath('/data/kubelet', path);
  for (const path of ['/', '/var/lib', '/var/lib/kubelet2', '/srv/var/lib/kubelet', '/data/kubelet/x'])
    assert.equal(reached(path), path);
});
