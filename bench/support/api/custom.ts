// Creations of custom objects: their schema is checked, defaulted and pruned at run time.
import { figure } from '../figure.ts';
import { type BenchCluster, NAMESPACE } from './bench-cluster.ts';

const text = { type: 'string' };
const spec = {
  type: 'object',
  required: ['size', 'image'],
  properties: {
    size: { type: 'integer', minimum: 1, maximum: 100 },
    image: { type: 'string', maxLength: 256 },
    mode: { type: 'string', enum: ['Fast', 'Safe'], default: 'Safe' },
    schedule: { type: 'string', pattern: '^[a-z0-9-]+$', maxLength: 64 },
    labels: { type: 'object', additionalProperties: text },
    ports: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name', 'port'],
        properties: {
          name: text,
          port: { type: 'integer', format: 'int32' },
          protocol: { type: 'string', default: 'TCP' },
        },
      },
    },
    config: text,
  },
};

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.bench.example.com' },
  spec: {
    group: 'bench.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec, status: { type: 'object', properties: { phase: text } } },
          },
        },
        subresources: { status: {} },
      },
    ],
  },
};

const widget = {
  apiVersion: 'bench.example.com/v1',
  kind: 'Widget',
  metadata: { generateName: 'bench-', labels: { app: 'bench' } },
  spec: {
    size: 3,
    image: 'registry.example.com/team/widget:1.2.3',
    schedule: 'every-hour',
    labels: { team: 'a', tier: 'backend', zone: 'north' },
    ports: [
      { name: 'http', port: 80 },
      { name: 'metrics', port: 9100, protocol: 'TCP' },
    ],
    config: 'x'.repeat(800),
  },
};

export async function custom({ cluster, run }: BenchCluster): Promise<void> {
  await cluster.kubectlWith(JSON.stringify(definition), 'create', '-f', '-');
  await cluster.kubectl('wait', '--for=condition=Established', 'crd/widgets.bench.example.com');
  const path = `/apis/bench.example.com/v1/namespaces/${NAMESPACE}/widgets`;
  const create = { path, body: JSON.stringify(widget), connections: 64 };
  await run({ ...create, requests: 3_000 });
  figure('api.crd_create_c64', await run({ ...create, requests: 20_000 }), 'req/s');
}
