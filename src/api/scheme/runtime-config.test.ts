import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInKinds } from './kinds.ts';
import { otherVersions } from './other-versions.ts';
import { RuntimeConfig } from './runtime-config.ts';

const kinds = [...builtInKinds, ...otherVersions];
const served = (flag: string) => {
  const config = new RuntimeConfig(flag, kinds);
  return (name: string) => {
    const [plural = '', version = '', group = ''] = name.split(' ');
    return config.serves({ group, version, plural });
  };
};
const BETA = 'ipaddresses v1beta1 networking.k8s.io';
const ALPHA = 'mutatingadmissionpolicies v1alpha1 admissionregistration.k8s.io';

test('stable versions are served, and others when they are turned on', () => {
  const none = served('');
  assert.deepEqual([none('pods v1'), none(BETA), none(ALPHA)], [true, false, false]);
  assert.deepEqual([served('api/beta=true')(BETA), served('api/beta=true')(ALPHA)], [true, false]);
  assert.deepEqual([served('api/alpha=true')(BETA), served('api/alpha=true')(ALPHA)], [false, true]);
  assert.deepEqual([served('api/all=true')(BETA), served('api/all=true')(ALPHA)], [true, true]);
  assert.equal(served('networking.k8s.io/v1beta1')(BETA), true);
});

test('what is more exact wins', () => {
  const some = served(
    'api/beta=true,networking.k8s.io/v1beta1=false,networking.k8s.io/v1beta1/servicecidrs=true',
  );
  assert.equal(some(BETA), false);
  assert.equal(some('servicecidrs v1beta1 networking.k8s.io'), true);
  assert.equal(some('volumeattributesclasses v1beta1 storage.k8s.io'), true);
  assert.equal(served('apps/v1=false')('deployments v1 apps'), false);
  assert.equal(served('v1/pods=false')('pods v1'), false);
  assert.equal(served('api/all=false,v1=true')('deployments v1 apps'), false);
  assert.equal(served('api/all=false,v1=true')('pods v1'), true);
});

test('what is wrong is said in upstream’s words', () => {
  for (const [flag, message] of [
    ['api/all=false', 'invalid runtime-config with only api/all=false'],
    ['api/beta=maybe', 'invalid value api/beta=maybe'],
    ['apps/v9=true', 'group version apps/v9 that has not been registered'],
    ['apps=true', 'runtime-config invalid key apps'],
    [
      'apps/v1/Deployments=true',
      'invalid key apps/v1/Deployments: group/version/resource and resource is always lowercase plural, not "Deployments"',
    ],
    ['apps/v1=x', 'invalid value of apps/v1=x, err: strconv.ParseBool: parsing "x": invalid syntax'],
  ] as const)
    assert.throws(() => new RuntimeConfig(flag, kinds), { message }, flag);
});
