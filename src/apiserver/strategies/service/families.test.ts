import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Family } from '../../../api/addresses/prefix.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { aService } from '../../../sim/objects/service.ts';
import { settleFamilies } from './families.ts';

type Spec = Partial<NonNullable<Service['spec']>>;

const selector = { app: 'x' };
const service = (spec: Spec): Service => {
  const [clusterIP] = spec.clusterIPs ?? [];
  return aService('web', { type: 'ClusterIP', selector, ...(clusterIP && { clusterIP }), ...spec });
};
const IPV4: readonly Family[] = ['IPv4'];
const BOTH: readonly Family[] = ['IPv4', 'IPv6'];
/** Policy and families, or the errors. */
const settled = (spec: Spec, configured = IPV4, before?: Spec) => {
  const made = service(spec);
  const errors = settleFamilies(made, before && service(before), configured);
  if (errors.length > 0) return errors.map(({ field, message }) => `${field}: ${message}`);
  return [made.spec?.ipFamilyPolicy, ...(made.spec?.ipFamilies ?? [])];
};

test('a service has the first family of the cluster, unless it asks for more', () => {
  assert.deepEqual(settled({}), ['SingleStack', 'IPv4']);
  assert.deepEqual(settled({}, ['IPv6']), ['SingleStack', 'IPv6']);
  assert.deepEqual(settled({}, BOTH), ['SingleStack', 'IPv4']);
  assert.deepEqual(settled({ ipFamilyPolicy: 'PreferDualStack' }), ['PreferDualStack', 'IPv4']);
  assert.deepEqual(settled({ ipFamilyPolicy: 'PreferDualStack' }, BOTH), ['PreferDualStack', 'IPv4', 'IPv6']);
  assert.deepEqual(settled({ ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6'] }, BOTH), [
    'RequireDualStack',
    'IPv6',
    'IPv4',
  ]);
  assert.deepEqual(settled({ type: 'ExternalName' }), [undefined]);
});

test('families follow from the addresses that are named', () => {
  assert.deepEqual(settled({ clusterIPs: ['10.0.0.1'] }, BOTH), ['SingleStack', 'IPv4']);
  assert.deepEqual(settled({ ipFamilyPolicy: 'PreferDualStack', clusterIPs: ['::1', '10.0.0.1'] }, BOTH), [
    'PreferDualStack',
    'IPv6',
    'IPv4',
  ]);
  assert.deepEqual(settled({ clusterIPs: ['2001:db8::1'] }), [
    'spec.clusterIPs[0]: Invalid value: ["2001:db8::1"]: IPv6 is not configured on this cluster',
  ]);
});

test('a headless service without a selector may have families that the cluster does not', () => {
  const headless = { clusterIP: 'None', clusterIPs: ['None'], selector: {} };
  assert.deepEqual(settled(headless), ['RequireDualStack', 'IPv4', 'IPv6']);
  assert.deepEqual(settled({ ...headless, ipFamilyPolicy: 'SingleStack' }), ['SingleStack', 'IPv4']);
  assert.deepEqual(settled({ ...headless, selector }), ['SingleStack', 'IPv4']);
});

test('what the cluster does not have, and what contradicts itself, is refused', () => {
  assert.deepEqual(settled({ ipFamilyPolicy: 'RequireDualStack' }), [
    'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  ]);
  assert.deepEqual(settled({ ipFamilies: ['IPv6'] }), [
    'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
  ]);
  const multiple = (what: string) =>
    `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
  assert.deepEqual(settled({ ipFamilies: ['IPv4', 'IPv6'] }, BOTH), [multiple('IP families')]);
  assert.deepEqual(settled({ clusterIPs: ['10.0.0.1', '::1'] }, BOTH), [multiple('cluster IPs')]);
});

test('an update gives up the second family only by SingleStack', () => {
  const before: Spec = {
    ipFamilyPolicy: 'RequireDualStack',
    ipFamilies: ['IPv4', 'IPv6'],
    clusterIPs: ['10.0.0.1', '::1'],
  };
  assert.deepEqual(settled({ ...before, ipFamilyPolicy: 'SingleStack' }, BOTH, before), [
    'SingleStack',
    'IPv4',
  ]);
  const must = (what: string) =>
    `spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be 'SingleStack' to release the secondary ${what}`;
  assert.deepEqual(settled({ ...before, clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'] }, BOTH, before), [
    must('cluster IP'),
    must('IP family'),
  ]);
  const prefers: Spec = { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'], clusterIPs: ['10.0.0.1'] };
  assert.deepEqual(settled(prefers, BOTH, prefers), ['PreferDualStack', 'IPv4'], 'not by itself');
});
