// The largest requests that are accepted, for longest.ts. Sizes are those of the budgets (src/api/codec/budget.ts), or of a large
// cluster: 10,000 objects of a kind.

import { protobufTypes } from '../../src/api/openapi/v2.ts';
import type { InProcess } from '../../src/apiserver/in-process.ts';
import { ADMIN } from '../../src/sim/api-calls.ts';
import { aPod } from '../../src/sim/objects/pod.ts';
import type { Call, Called } from './call.ts';

type Asked = Omit<Call, 'headers'> & Partial<Pick<Call, 'headers'>>;
export type Ask = (asked: Asked) => Promise<Called>;

export interface Case {
  readonly name: string;
  /** Not measured. */
  readonly prepare?: (ask: Ask, inProcess: InProcess) => Promise<void>;
  readonly request: (round: number) => Asked;
  /** The request cannot be repeated. */
  readonly once?: true;
  /** That the answer may have. */
  readonly status: readonly number[];
}

const MANY = 10_000;
/** Keys of one object, and values of a body, a little below the budget. */
const KEYS = 16_000;
const core = '/api/v1/namespaces/default';
const pods = '/api/v1/namespaces/many/pods';
const json = (value: object) => JSON.stringify(value);
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const record = (count: number, value: string) => Object.fromEntries(times(count, (i) => [`key-${i}`, value]));
const configMap = (name: string, data: object, metadata: object = {}) =>
  json({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data });

let arePods = false;
/** 10,000 pods in a namespace, of about two kilobytes each. */
async function manyPods(_ask: Ask, inProcess: InProcess): Promise<void> {
  if (arePods) return;
  arePods = true;
  const post = async (path: string, object: object) => {
    const body = Buffer.from(json(object));
    const { status } = await inProcess.request(
      { method: 'POST', path, body, headers: { 'content-type': 'application/json' } },
      ADMIN,
    );
    if (status !== 201) throw new Error(`${path}: ${status}`);
  };
  await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'many' } });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await post('/api/v1/namespaces/many/serviceaccounts', account);
  for (let i = 0; i < MANY; i++) {
    const pod = aPod(`pod-${i}`, {}, { labels: { app: `app-${i % 100}`, tier: 'a' } });
    await post(pods, { ...pod, metadata: { ...pod.metadata, namespace: 'many' } });
  }
}

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const METADATA = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
const list = (name: string, query = '', accept = 'application/json'): Case => ({
  name,
  prepare: manyPods,
  request: (round) => ({ path: `${pods}?round=${round}${query}`, headers: { accept } }),
  status: [200],
});
const manyValues = `app in (${times(5_000, (i) => `value-${i}`).join(',')})`;
const manyRequirements = times(2_000, (i) => `!absent-${i}`).join(',');

const PATTERNS = times(10_000, (i) => `^[a-z]{1,${(i % 60) + 1}}-[0-9]+$`);
const version = (properties: object) => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } },
});
const definition = (plural: string, properties: object) =>
  json({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural, singular: plural, kind: plural, listKind: `${plural}List` },
      versions: [version(properties)],
    },
  });
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const define = (name: string, properties: () => object): Case => ({
  name,
  request: (round) => ({
    method: 'POST',
    path: definitions,
    body: definition(`d${name.replaceAll('_', '')}${round}`, properties()),
  }),
  status: [201, 413, 422, 500],
});

/** The first read after a definition has changed. */
const openApiV2 = (name: string, accept: string, size: { count: number; properties: number }): Case => ({
  name,
  prepare: async (ask) => {
    const nameOf = (i: number) => `large${size.count}x${i}`;
    const properties = Object.fromEntries(
      times(size.properties, (j) => [`p${j}`, { type: 'string', description: 'Some words on this.' }]),
    );
    for (let i = 0; i < size.count; i++)
      await ask({ method: 'POST', path: definitions, body: definition(nameOf(i), properties) });
    await ask({ method: 'DELETE', path: `${definitions}/${nameOf(0)}.example.com` });
  },
  request: () => ({ path: '/openapi/v2', headers: { accept } }),
  status: [200],
});

const containers = times(2_000, (i) => ({
  name: `c-${i}`,
  image: 'registry.example.com/team/app:1',
  env: times(5, (j) => ({ name: `NAME_${j}`, value: 'value' })),
  ports: [{ containerPort: (i % 60_000) + 1 }],
}));
const podOf = (name: string, spec: object) =>
  json({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });

const write = (name: string, path: string, body: () => string): Case => ({
  name,
  request: () => ({ method: 'POST', path: `${path}?dryRun=All`, body: body() }),
  status: [201, 403, 413, 422, 500],
});
const manyServicePorts = () =>
  json({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'a' },
    spec: { selector: { a: 'b' }, ports: times(12_000, (i) => ({ name: `p-${i}`, port: i + 1 })) },
  });

const admission = '/apis/admissionregistration.k8s.io/v1';
const policyOf = (expressions: readonly string[]) =>
  json({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'a' },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['pods'] }],
      },
      validations: expressions.map((expression) => ({ expression })),
    },
  });
/** As long as an expression may be; of what takes longest to check. */
const LONG_EXPRESSION = `[${Array(10_900).fill('{}').join(',')}] == []`;
const webhooksOf = (webhooks: readonly object[]) =>
  json({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'a' },
    webhooks,
  });

export const cases: readonly Case[] = [
  list('list_10000'),
  list('table_10000', '', TABLE),
  list('metadata_10000', '', METADATA),
  list('pretty_10000', '&pretty=true'),
  list('page_500_pretty', '&limit=500&pretty=true'),
  list('page_500_table', '&limit=500', TABLE),
  list('selector_values', `&labelSelector=${encodeURIComponent(manyValues)}`),
  list('selector_requirements', `&labelSelector=${encodeURIComponent(manyRequirements)}`),
  define('patterns_many', () =>
    Object.fromEntries(PATTERNS.map((pattern, i) => [`p${i}`, { type: 'string', pattern }])),
  ),
  // All that a definition may have (MOST_PATTERN_CHARACTERS).
  define('patterns_all', () =>
    Object.fromEntries(times(1_700, (i) => [`p${i}`, { type: 'string', pattern: `^[a-z]{1,60}-${i}$` }])),
  ),
  define('patterns_classes', () => ({ a: { type: 'string', pattern: '\\pL'.repeat(3_000) } })),
  define('patterns_classes_many', () =>
    Object.fromEntries(times(300, (i) => [`p${i}`, { type: 'string', pattern: '[\\pL\\pN]+'.repeat(40) }])),
  ),
  define('definition_large', () =>
    Object.fromEntries(times(15_000, (i) => [`property${i}`, { type: 'string', maxLength: i }])),
  ),
  openApiV2('openapi_v2_definitions', 'application/json', { count: 5, properties: 10_000 }),
  openApiV2('openapi_v2_protobuf', protobufTypes.asked, { count: 5, properties: 10_000 }),
  {
    // It is kept from then on.
    name: 'openapi_v3_definitions',
    once: true,
    request: () => ({ path: '/openapi/v3/apis/example.com/v1' }),
    status: [200],
  },
  openApiV2('openapi_v2_sixty', 'application/json', { count: 60, properties: 1_500 }),
  openApiV2('openapi_v2_sixty_protobuf', protobufTypes.asked, { count: 60, properties: 1_500 }),
  write('configmap_keys', `${core}/configmaps`, () => configMap('a', record(KEYS, 'v'))),
  write('configmap_annotations', `${core}/configmaps`, () =>
    configMap('a', {}, { annotations: record(KEYS, '') }),
  ),
  write('pod_containers', `${core}/pods`, () => podOf('a', { containers })),
  write('pod_env', `${core}/pods`, () =>
    podOf('a', {
      containers: [{ name: 'a', image: 'b', env: times(30_000, (i) => ({ name: `N${i}`, value: 'v' })) }],
    }),
  ),
  write('policy_long_expressions', `${admission}/validatingadmissionpolicies`, () =>
    policyOf(times(20, () => LONG_EXPRESSION)),
  ),
  write('policy_many_expressions', `${admission}/validatingadmissionpolicies`, () =>
    policyOf(times(30_000, () => 'true')),
  ),
  write('webhooks_empty', `${admission}/validatingwebhookconfigurations`, () =>
    webhooksOf(times(60_000, () => ({}))),
  ),
  write('webhooks_conditions', `${admission}/validatingwebhookconfigurations`, () =>
    webhooksOf(
      times(100, () => ({ matchConditions: times(64, (i) => ({ name: `n${i}`, expression: 'true' })) })),
    ),
  ),
  write('service_ports', `${core}/services`, manyServicePorts),
  write('service_errors', `${core}/services`, () =>
    json({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { ports: times(60_000, () => ({})) },
    }),
  ),
  {
    name: 'apply_keys',
    request: (round) => ({
      method: 'PATCH',
      path: `${core}/configmaps/applied?fieldManager=m${round}&force=true`,
      body: configMap('applied', record(KEYS, `v${round}`)),
      contentType: 'application/apply-patch+yaml',
    }),
    status: [200, 201, 413, 500],
  },
  {
    name: 'strategic_containers',
    prepare: async (ask) => {
      const template = { metadata: { labels: { a: 'b' } }, spec: { containers: containers.slice(0, 1_500) } };
      const spec = { selector: { matchLabels: { a: 'b' } }, template };
      const body = json({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'large' }, spec });
      await ask({ method: 'POST', path: '/apis/apps/v1/namespaces/default/deployments', body });
    },
    request: (round) => ({
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/default/deployments/large',
      body: json({
        spec: {
          template: {
            spec: {
              containers: containers.slice(0, 1_500).map(({ name }) => ({ name, image: `i:${round}` })),
            },
          },
        },
      }),
      contentType: 'application/strategic-merge-patch+json',
    }),
    status: [200, 404, 413, 422, 500],
  },
  {
    name: 'deletecollection_10000',
    once: true,
    prepare: manyPods,
    request: () => ({ method: 'DELETE', path: `${pods}?labelSelector=tier%3Da&gracePeriodSeconds=0` }),
    status: [200],
  },
];
