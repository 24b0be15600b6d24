import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Container } from '../../api/kinds/core/v1/container.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { bringsOwn, type DriverView, sidecarKeys } from './own-sidecars.ts';

const pod = (namespace: string, ...containers: Container[]): Pod => {
  const hostPath = { path: '/var/lib/kubelet/plugins_registry/' };
  const made = aPod('p', { containers, nodeName: 'n1', volumes: [{ name: 'registry', hostPath }] });
  return { ...made, metadata: { ...made.metadata, namespace } };
};
const registrar = (...args: string[]): Container => ({
  ...{ name: 'registrar', args },
  image: 'registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.15.0',
});
const view = (own: Partial<DriverView>): DriverView => ({
  ...{ name: 'disk.example.com', said: undefined, others: [], nodePods: [] },
  ...own,
});
const runsIn =
  (...namespaces: string[]) =>
  (namespace: string) =>
    namespaces.includes(namespace);

describe('a driver', () => {
  const nodePods = [pod('disk', registrar('--kubelet-registration-path=/var/disk.example.com/csi.sock'))];

  it('brings its own sidecars when one runs in the namespace of its node pod', () => {
    assert.equal(bringsOwn(view({ nodePods }), runsIn('disk')), true);
    assert.equal(bringsOwn(view({ nodePods }), runsIn('elsewhere')), false);
    assert.equal(bringsOwn(view({}), runsIn('disk')), false);
  });

  it('is what its CSIDriver says', () => {
    assert.equal(bringsOwn(view({ said: 'external' }), runsIn()), true);
    assert.equal(bringsOwn(view({ nodePods, said: 'built-in' }), runsIn('disk')), false);
  });

  it('has the node pod that names it, else one that names no other driver', () => {
    const others = ['disk.example.com'];
    const nfs = pod('nfs', registrar('--kubelet-registration-path=/var/csi-nfsplugin/csi.sock'));
    const both = { name: 'nfs.csi.k8s.io', others, nodePods: [...nodePods, nfs] };
    assert.equal(bringsOwn(view(both), runsIn('disk')), false);
    assert.equal(bringsOwn(view(both), runsIn('nfs')), true);
    assert.equal(bringsOwn(view({ nodePods: [...nodePods, nfs] }), runsIn('nfs')), false);
  });
});

describe('the index of sidecars', () => {
  it('has them by the last part of their images, whatever the registry, tag or digest', () => {
    const found = pod(
      'disk',
      { name: 'a', image: 'registry.example:5000/x/csi-provisioner:v5@sha256:0123' },
      { name: 'b', image: 'csi-attacher' },
      { name: 'c', image: 'example/my-csi-resizer:v1' },
      registrar(),
    );
    assert.deepEqual(sidecarKeys(found), ['namespace/disk', 'node/n1']);
  });

  it('takes nobody for a registrar who cannot register anything', () => {
    const made = pod('user', registrar('disk.example.com'), { name: 'a', image: 'csi-provisioner' });
    const registry = (volumes: Volume[]) => sidecarKeys({ ...made, spec: { ...made.spec!, volumes } });
    assert.deepEqual(registry([]), ['namespace/user']);
    assert.deepEqual(registry([{ name: 'v', hostPath: { path: '/var/log' } }]), ['namespace/user']);
    const root = { name: 'v', hostPath: { path: '/var/lib/kubelet' } };
    assert.deepEqual(registry([root]), ['node/n1', 'namespace/user']);
  });

  it('leaves out pods that have ended', () => {
    const ended = {
      ...pod('disk', { name: 'a', image: 'csi-attacher' }),
      status: { phase: 'Failed' as const },
    };
    assert.deepEqual(sidecarKeys(ended), []);
  });
});
