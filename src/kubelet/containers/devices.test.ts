import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aContainer, aPod } from '../../sim/objects/pod.ts';
import { containersOf } from '../pod.ts';
import type { MountedVolume } from '../volumes/plugin.ts';
import { containerDevices } from './devices.ts';

const devices = (devicePath: string, volume: MountedVolume) => {
  const volumeDevices = [{ name: 'data', devicePath }];
  const pod = aPod('p', { containers: [aContainer('main', { volumeDevices })] });
  return containerDevices(containersOf(pod)[0]!, new Map([['data', volume]]));
};

test('a container gets its block volumes as devices, read-only ones without the right to write', () => {
  const device = { containerPath: '/dev/a', hostPath: '/published' };
  assert.deepEqual(devices('/dev/a', { device: '/published', readOnly: false }), [
    { ...device, permissions: 'rwm' },
  ]);
  assert.deepEqual(devices('/dev/a', { device: '/published', readOnly: true }), [
    { ...device, permissions: 'r' },
  ]);
});

test('a container that names no such device cannot be configured', () => {
  assert.throws(() => devices('dev', { device: '/published', readOnly: false }), {
    message: 'error DevicePath `dev` must be an absolute path',
  });
  assert.throws(() => devices('/dev/a', { path: '/published', readOnly: false }), {
    message: 'cannot find volume "data" to pass into container "main"',
  });
});
