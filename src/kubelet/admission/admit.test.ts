import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aNode } from '../../sim/objects/node.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { admit } from './admit.ts';

const asking = (cpu: string, memory = '1Mi') =>
  aBoundPod('p', { containers: [aContainer('main', { resources: { requests: { cpu, memory } } })] });
const allocatable = { cpu: '2', memory: '1Gi', pods: '3' };
const node = aNode('node1');
const context = { node, others: [asking('1500m')], allocatable, allowedSysctls: [], appArmor: false };

test('a pod that fits is taken', () => {
  assert.equal(admit(asking('500m'), context), undefined);
});

test('a pod that does not fit is refused with what is lacking', () => {
  assert.deepEqual(admit(asking('501m'), context), {
    reason: 'OutOfcpu',
    message:
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 501, used: 1500, capacity: 2000",
    refused: true,
  });
  assert.equal(admit(asking('1m', '1Gi'), context)?.reason, 'OutOfmemory');
  assert.equal(
    admit(aBoundPod('p'), { ...context, others: Array(3).fill(aBoundPod('q')) })?.reason,
    'OutOfpods',
  );
});

test('a pod that asks for AppArmor is refused where there is none', () => {
  const pod = aBoundPod('p', { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } });
  assert.equal(admit(pod, context)?.reason, 'AppArmor');
  assert.equal(admit(pod, { ...context, appArmor: true }), undefined);
});

test('only safe and allowed sysctls are taken', () => {
  const using = (name: string) => aBoundPod('p', { securityContext: { sysctls: [{ name, value: '1' }] } });
  assert.equal(admit(using('net.ipv4.ip_unprivileged_port_start'), context), undefined);
  assert.equal(admit(using('kernel.msgmax'), context)?.reason, 'SysctlForbidden');
  assert.equal(admit(using('kernel/msgmax'), { ...context, allowedSysctls: ['kernel.msg*'] }), undefined);
});
