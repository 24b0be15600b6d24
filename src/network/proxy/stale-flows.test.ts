import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPV4 } from '../family.ts';
import { frontendsOf } from './frontends.ts';
import { HERE, type Some, service, slice } from './objects.fake.ts';
import { FlowBook } from './stale-flows.ts';

const spec = { type: 'NodePort', ports: [{ port: 53, nodePort: 30_053, protocol: 'UDP' }] } as const;
const book = () => {
  const flows = new FlowBook();
  return (endpoints: Record<string, Some> | undefined) => {
    const frontends = endpoints
      ? frontendsOf(service({ ...spec, ports: [...spec.ports] }), [slice(endpoints)], HERE)
      : [];
    return flows.update('default/dns', frontends, IPV4, ['192.0.2.1']);
  };
};
const VIP = '-f ipv4 -p udp --orig-dst 10.96.0.20 --orig-port-dst 53 --reply-src';
const NODE = '-f ipv4 -p udp --orig-port-dst 30053 --reply-src';

test('UDP flows to endpoints that are gone are stale; those of serving endpoints are not', () => {
  const update = book();
  update({ '10.0.0.1': {} });
  assert.deepEqual(
    update({ '10.0.0.1': { ready: false, serving: true, terminating: true }, '10.0.0.2': {} }),
    [],
  );
  assert.deepEqual(update({ '10.0.0.2': {} }), [`${VIP} 10.0.0.1`, `${NODE} 10.0.0.1`]);
});

test('what led nowhere is stale when the first endpoint comes', () => {
  const update = book();
  assert.deepEqual(update({}), []);
  assert.deepEqual(update({ '10.0.0.1': {} }), [`${VIP} 10.96.0.20`, `${NODE} 192.0.2.1`]);
  assert.deepEqual(update({}), [], 'nothing better is there');
  const words = update({ '10.0.0.2': {} });
  assert.deepEqual(words.slice(0, 2), [`${VIP} 10.0.0.1`, `${VIP} 10.96.0.20`]);
});

test('the flows of a Service that is gone are stale', () => {
  const update = book();
  update({ '10.0.0.1': {} });
  assert.deepEqual(update(undefined), [`${VIP} 10.0.0.1`, `${NODE} 10.0.0.1`]);
});
