import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPV4 } from '../family.ts';
import { frontendsOf } from './frontends.ts';
import { HERE, type Some, service, slice } from './objects.fake.ts';
import { FlowBook } from './stale-flows.ts';

const spec = { type: 'NodePort', ports: [{ port: 53, nodePort: 30_053, protocol: 'UDP' }] } as const;
const book = () => {
  const flows = new FlowBook();
  return (endpoints: Record<string, Some> | undefined, port = 8080) => {
    const frontends = endpoints
      ? frontendsOf(
          service({ ...spec, ports: [...spec.ports] }),
          [{ ...slice(endpoints), ports: [{ port, protocol: 'UDP' }] }],
          HERE,
        )
      : [];
    return flows.update('default/dns', frontends, IPV4, ['192.0.2.1']);
  };
};
const VIP = '-f ipv4 -p udp --orig-dst 10.96.0.20 --orig-port-dst 53';
const NODE = '-f ipv4 -p udp --orig-port-dst 30053';
const from = (ip: string, port: number) => `--reply-src ${ip} --reply-port-src ${port}`;
const both = (ip: string, port = 8080) => [`${VIP} ${from(ip, port)}`, `${NODE} ${from(ip, port)}`];

test('UDP flows to endpoints that are gone are stale; those of serving endpoints are not', () => {
  const update = book();
  update({ '10.0.0.1': {} });
  assert.deepEqual(
    update({ '10.0.0.1': { ready: false, serving: true, terminating: true }, '10.0.0.2': {} }),
    [],
  );
  assert.deepEqual(update({ '10.0.0.2': {} }), both('10.0.0.1'));
});

test('flows to a port of an endpoint that is no longer its port are stale', () => {
  const update = book();
  update({ '10.0.0.1': {} }, 8080);
  assert.deepEqual(update({ '10.0.0.1': {} }, 9090), both('10.0.0.1', 8080));
});

test('what led nowhere is stale when the first endpoint comes', () => {
  const update = book();
  assert.deepEqual(update({}), []);
  const nowhere = [`${VIP} ${from('10.96.0.20', 53)}`, `${NODE} ${from('192.0.2.1', 30_053)}`];
  assert.deepEqual(update({ '10.0.0.1': {} }), nowhere);
  assert.deepEqual(update({}), [], 'nothing better is there');
  const words = update({ '10.0.0.2': {} });
  assert.deepEqual(words.slice(0, 2), [`${VIP} ${from('10.0.0.1', 8080)}`, nowhere[0]]);
});

test('the flows of a Service that is gone are stale', () => {
  const update = book();
  update({ '10.0.0.1': {} });
  assert.deepEqual(update(undefined), both('10.0.0.1'));
});
