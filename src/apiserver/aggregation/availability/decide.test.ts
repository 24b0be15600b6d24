import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { RemoteService } from '../remote-service.ts';
import { findingOf } from './decide.ts';

const remote: RemoteService = {
  name: 'v1.g.io',
  group: 'g.io',
  version: 'v1',
  priority: { group: 1, version: 1 },
  service: { namespace: 'x', name: 's', port: 443 },
  ca: '',
  insecure: false,
  available: false,
};
const service = (spec: Service['spec'] = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's', namespace: 'x' },
  spec: { type: 'ClusterIP', ports: [{ name: 'api', port: 443 }], ...spec },
});
const slice = (ready: boolean | undefined, name = 'api'): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 's' },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.0.0.1'], ...(ready !== undefined && { conditions: { ready } }) }],
  ports: [{ name, port: 8443 }],
});
const reasonOf = (given: Service | undefined, slices: EndpointSlice[] = []) => {
  const finding = findingOf(remote, given, slices);
  return finding && [finding.status, finding.reason, finding.message];
};

test('the Service must exist, with the port', () => {
  assert.deepEqual(reasonOf(undefined), ['False', 'ServiceNotFound', 'service/s in "x" is not present']);
  assert.deepEqual(reasonOf(service({ ports: [{ port: 80 }] })), [
    'False',
    'ServicePortError',
    'service/s in "x" is not listening on port 443',
  ]);
});

test('the Service must have a ready endpoint with the port', () => {
  assert.deepEqual(reasonOf(service()), [
    'False',
    'EndpointsNotFound',
    'cannot find endpointslices for service/s in "x"',
  ]);
  const missing = 'endpointslices for service/s in "x" have no addresses with port name "api"';
  assert.deepEqual(reasonOf(service(), [slice(false)]), ['False', 'MissingEndpoints', missing]);
  assert.deepEqual(reasonOf(service(), [slice(true, 'other')]), ['False', 'MissingEndpoints', missing]);
  assert.equal(reasonOf(service(), [slice(false), slice(true)]), undefined);
  assert.equal(reasonOf(service(), [slice(undefined)]), undefined);
});

test('a Service of another type is asked without a look at its endpoints', () => {
  assert.equal(reasonOf(service({ type: 'NodePort', ports: [] })), undefined);
});
