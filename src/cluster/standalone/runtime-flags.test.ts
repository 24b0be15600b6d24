import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignPlacesOf, foreignRuntimeOf } from './runtime-flags.ts';

test('a runtime of the machine is known by its socket, and the pod network goes where it looks', () => {
  const flags = { containerRuntimeEndpoint: 'unix:///run/crio/crio.sock', cgroupDriver: 'systemd' as const };
  assert.deepEqual(foreignRuntimeOf(flags).foreignRuntime, {
    endpoint: 'unix:///run/crio/crio.sock',
    cgroupDriver: 'systemd',
  });
  assert.equal(foreignPlacesOf(flags).foreign?.cniConfigDirectory, '/etc/cni/net.d');
  assert.equal(foreignPlacesOf({ ...flags, cniConfDir: '/etc/x' }).foreign?.cniConfigDirectory, '/etc/x');
  assert.deepEqual([foreignRuntimeOf({}), foreignPlacesOf({})], [{}, {}]);
});

test('flags that mean nothing without a socket, and what is no socket, are refused', () => {
  assert.throws(
    () => foreignRuntimeOf({ cgroupDriver: 'systemd' }),
    /--cgroup-driver needs --container-runtime/,
  );
  assert.throws(() => foreignRuntimeOf({ imageServiceEndpoint: '/x' }), /--image-service-endpoint needs/);
  const endpoint = (containerRuntimeEndpoint: string) => () => foreignRuntimeOf({ containerRuntimeEndpoint });
  assert.throws(endpoint('tcp://127.0.0.1:1'), /--container-runtime-endpoint: .*only Unix sockets/);
  assert.throws(endpoint('containerd.sock'), /must be absolute/);
});
