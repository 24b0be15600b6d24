// A simulated cluster with a custom kind in two versions, between which a webhook converts. For the tests of this folder.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Body } from '../../../sim/api-calls.ts';
import { type SimCluster, type SimClusterOptions, simCluster } from '../../../sim/cluster.ts';
import { type ConversionWebhook, startConversionWebhook } from './webhook.fake.ts';

const TEXT = { type: 'string' };
const spec = (properties: object) => ({
  openAPIV3Schema: {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: { ...properties, note: TEXT } },
      status: { type: 'object', properties: { seen: TEXT } },
    },
  },
});

export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const DEFINITION = `${DEFINITIONS}/gizmos.example.com`;
export const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };
export const APPLY = { headers: { 'content-type': 'application/apply-patch+yaml' } };

export const gizmos = (version: string, namespace = 'default') =>
  `/apis/example.com/${version}/namespaces/${namespace}/gizmos`;

export const gizmo = (version: string, name: string, of: object, more: object = {}) => ({
  apiVersion: `example.com/${version}`,
  kind: 'Gizmo',
  metadata: { name, ...more },
  spec: of,
});

export const versions = (storage: 'v1' | 'v2') => [
  {
    name: 'v1',
    storage: storage === 'v1',
    served: true,
    schema: spec({ hostPort: TEXT }),
    subresources: { status: {} },
    additionalPrinterColumns: [{ name: 'Where', type: 'string', jsonPath: '.spec.hostPort' }],
  },
  {
    name: 'v2',
    storage: storage === 'v2',
    served: true,
    schema: spec({ host: TEXT, port: TEXT }),
    subresources: { status: {} },
    additionalPrinterColumns: [{ name: 'Host', type: 'string', jsonPath: '.spec.host' }],
    selectableFields: [{ jsonPath: '.spec.host' }],
  },
];

export interface Served {
  readonly server: SimCluster;
  readonly webhook: ConversionWebhook;
  /** The spec of one object in one version. */
  spec(version: string, name: string): Promise<Body>;
  /** Changes the definition. */
  define(change: object): Promise<void>;
}

/** v1 is stored. */
export async function servedGizmos(
  t: TestContext,
  conversion: object = {},
  options: SimClusterOptions = {},
): Promise<Served> {
  const webhook = await startConversionWebhook();
  t.after(() => webhook.close());
  const server = await simCluster(options);
  const made = await server.call('POST', DEFINITIONS, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gizmos.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'gizmos', kind: 'Gizmo' },
      versions: versions('v1'),
      conversion: {
        strategy: 'Webhook',
        webhook: {
          clientConfig: webhook.clientConfig,
          conversionReviewVersions: ['v1', 'v1beta1'],
          ...conversion,
        },
      },
    },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return {
    server,
    webhook,
    async spec(version, name) {
      const { status, body } = await server.call('GET', `${gizmos(version)}/${name}`);
      assert.equal(status, 200, JSON.stringify(body));
      return body.spec;
    },
    async define(change) {
      const { status, body } = await server.call('PATCH', DEFINITION, { spec: change }, MERGE);
      assert.equal(status, 200, JSON.stringify(body));
    },
  };
}

export async function created(
  { server }: Served,
  version: string,
  name: string,
  spec: object,
): Promise<void> {
  const { status, body } = await server.call('POST', gizmos(version), gizmo(version, name, spec));
  assert.equal(status, 201, JSON.stringify(body));
}
