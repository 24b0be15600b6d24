import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import { podAnnotationErrors, profileMatchErrors } from './annotations.ts';

const cost = 'controller.kubernetes.io/pod-deletion-cost';
const seccomp = 'seccomp.security.alpha.kubernetes.io/pod';
const appArmor = 'container.apparmor.security.beta.kubernetes.io';

const pod = (annotations: Record<string, string>, spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', annotations },
  spec: { containers: [{ name: 'c' }], ...spec },
});
const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map((e) => `${e.field}: ${e.message}`);

const cases: readonly [key: string, value: string, expected: string[]][] = [
  [cost, '-2147483648', []],
  [cost, '2147483647', []],
  [cost, '007', [`metadata.annotations[${cost}]: Invalid value: "007": must be a 32bit integer`]],
  [seccomp, 'docker/default', []],
  [
    seccomp,
    'localhost/../x',
    [`metadata.annotations.${seccomp}: Invalid value: "../x": must not contain '..'`],
  ],
  [seccomp, 'x', [`metadata.annotations.${seccomp}: Invalid value: "x": must be a valid seccomp profile`]],
  [`${appArmor}/c`, 'localhost/mine', []],
  [
    `${appArmor}/d`,
    'x',
    [
      `metadata.annotations[${appArmor}/d]: Invalid value: "d": container not found`,
      `metadata.annotations[${appArmor}/d]: Invalid value: "x": invalid AppArmor profile name: "x"`,
    ],
  ],
  [
    'kubernetes.io/config.mirror',
    'x',
    [
      'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
    ],
  ],
];

for (const [key, value, expected] of cases)
  test(`annotation ${key} of a pod may ${expected.length > 0 ? 'not ' : ''}be ${value}`, () =>
    assert.deepEqual(texts(podAnnotationErrors(pod({ [key]: value }))), expected));

test('profiles in annotations are those of the fields', () => {
  const annotations = { [seccomp]: 'docker/default', [`${appArmor}/c`]: 'localhost/mine' };
  const localhost = (localhostProfile: string) => ({ type: 'Localhost' as const, localhostProfile });
  const spec = { seccompProfile: { type: 'RuntimeDefault' as const }, appArmorProfile: localhost('mine') };
  assert.deepEqual(texts(profileMatchErrors(pod(annotations, { securityContext: spec }))), []);
  const other = { seccompProfile: { type: 'Unconfined' as const }, appArmorProfile: localhost('x') };
  assert.deepEqual(texts(profileMatchErrors(pod(annotations, { securityContext: other }))), [
    'spec.securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match',
    'spec.containers[0].securityContext.appArmorProfile.localhostProfile: Forbidden: apparmor profile in annotation and field must match',
  ]);
});
