import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VolumeMount } from '../../api/kinds/core/v1/container.ts';
import type { RuntimeHandler } from '../../cri/runtime.ts';
import { aContainer } from '../../sim/objects/pod.ts';
import { isRecursive, supportsRecursion } from './recursive-read-only.ts';

type Mode = VolumeMount['recursiveReadOnly'];
const mount = (recursiveReadOnly: Mode, own: object = {}) => ({
  ...{ name: 'v', readOnly: true, recursiveReadOnly },
  ...own,
});

test('what must be recursive is, or its container is not made; what may be is where it can', () => {
  assert.deepEqual(
    [isRecursive(mount(undefined), true), isRecursive(mount('Disabled'), true)],
    [false, false],
  );
  assert.deepEqual(
    [isRecursive(mount('Enabled'), true), isRecursive(mount('IfPossible'), true)],
    [true, true],
  );
  assert.equal(isRecursive(mount('IfPossible'), false), false);
  for (const [wish, message] of [
    [mount('Enabled'), 'it is not supported by the runtime'],
    [mount('IfPossible', { readOnly: false }), 'it is not read-only'],
    [
      mount('IfPossible', { mountPropagation: 'HostToContainer' }),
      'mountPropagation is set to "HostToContainer"',
    ],
  ] as const)
    assert.throws(() => isRecursive(wish, false), {
      message: `volume "v" requested recursive read-only mode "${wish.recursiveReadOnly}", but ${message}`,
    });
});

test('the handler of the sandbox decides, and the runtime is asked only when a mount wishes', async () => {
  let asked = 0;
  const features = { recursiveReadOnlyMounts: true, userNamespaces: false };
  const runtimeHandlers: RuntimeHandler[] = [{ name: '', features }, { name: 'old' }];
  const runtime = {
    status: async () => {
      asked++;
      return { conditions: [], runtimeHandlers, supplementalGroupsPolicy: false };
    },
  };
  const supported = (mode: Mode, handler: string) => {
    const volumeMounts = [{ ...mount(mode), mountPath: '/v' }];
    return supportsRecursion(runtime, aContainer('main', { volumeMounts }), handler);
  };
  assert.equal(await supported('Disabled', ''), false);
  assert.equal(asked, 0);
  assert.deepEqual([await supported('IfPossible', ''), await supported('Enabled', 'old')], [true, false]);
});
