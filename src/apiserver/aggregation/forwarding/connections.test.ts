import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { seededRandom } from '../../../kit/random.ts';
import { Item } from '../../watch-cache/item.ts';
import { endpointResolver } from './connections.ts';

const itemOf = <T extends Service | EndpointSlice>(object: object & Partial<T> & Pick<T, 'metadata'>) =>
  new Item<T>(Buffer.from(JSON.stringify(object)), object, {});

const external = (externalName: string) => ({ type: 'ExternalName', externalName });

/** By `namespace/name`. */
const specs: Readonly<Record<string, object>> = {
  'real/web': { type: 'ClusterIP', ports: [{ port: 443 }] },
  'a/web': external('web.real.svc'),
  'a/whole': external('web.real.svc.cluster.local'),
  'a/twice': external('web.a.svc'),
  'a/outside': external('example.com'),
  'a/here': external('localhost'),
  'a/other-domain': external('web.real.svc.example.com'),
};
const slice = itemOf<EndpointSlice>({
  metadata: { name: 'web', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.1.0.5'] }],
  ports: [{ name: '', port: 6443 }],
});
const resolve = endpointResolver({
  random: seededRandom(1),
  services: {
    cache: {
      get: (namespace, name) => {
        const spec = specs[`${namespace}/${name}`];
        return spec && itemOf<Service>({ metadata: { name, namespace }, spec });
      },
    },
  },
  slices: { cache: { items: (namespace) => (namespace === 'real' ? [slice] : []) } },
});

test('a Service with the name of another one leads to the endpoints of that', () => {
  for (const [namespace, name] of [
    ['real', 'web'],
    ['a', 'web'],
    ['a', 'whole'],
  ] as const)
    assert.deepEqual(resolve(namespace, name, 443), { host: '10.1.0.5', port: 6443 }, name);
});

test('a Service with any other name leads nowhere', () => {
  for (const name of ['twice', 'outside', 'here', 'other-domain'])
    assert.throws(() => resolve('a', name, 443), /^Error: unsupported service type "ExternalName"$/, name);
});
