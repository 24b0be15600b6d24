// Against the OpenAPI documents that the API server makes of the built-in kinds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupsOf } from '../../../../../api/discovery/groups.ts';
import { OpenApiV3 } from '../../../../../api/openapi/v3.ts';
import { builtInKinds } from '../../../../../api/scheme/kinds.ts';
import { atOnce } from '../../../../../kit/clock.ts';
import { explainedAt, kindsIn, offersAt } from './complete.ts';
import { documentPath, type OpenApiDocument, schemaAt, schemaOfKind, typeText } from './schema.ts';
import { findingsOf } from './validate.ts';

const openApi = new OpenApiV3(groupsOf(builtInKinds));
const documents = new Map<string, OpenApiDocument>();

function documentOf(apiVersion: string): OpenApiDocument {
  const path = documentPath(apiVersion).replace('/openapi/v3/', '');
  const known = documents.get(path) ?? JSON.parse(atOnce(openApi.document(path))!.bytes.toString());
  documents.set(path, known);
  return known;
}

const schemaFor = (apiVersion: string, kind: string) =>
  apiVersion && kind ? schemaOfKind(documentOf(apiVersion), apiVersion, kind) : undefined;
const deployment = schemaFor('apps/v1', 'Deployment')!;
const kinds = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'v1', kind: 'Service' },
];

const HEAD = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n';
function offered(text: string) {
  const lines = text.split('\n');
  const found = offersAt(text, lines.length - 1, lines.at(-1)!.length, { kinds, schemaFor });
  return found && { from: found.from, labels: found.offers.map(({ label }) => label), offers: found.offers };
}

test('a field is found through references, lists and maps', () => {
  const container = ['spec', 'template', 'spec', 'containers', 0];
  assert.equal(typeText(schemaAt(deployment, [...container, 'image'])!), 'string');
  assert.equal(typeText(schemaAt(deployment, [...container, 'resources', 'limits', 'cpu'])!), 'any');
  assert.equal(
    typeText(schemaAt(deployment, ['spec', 'strategy', 'rollingUpdate', 'maxSurge'])!),
    'integer or string',
  );
  assert.equal(typeText(schemaAt(deployment, ['metadata', 'labels'])!), 'map of string');
  assert.equal(schemaAt(deployment, ['spec', 'nothing']), undefined);
});

test('fields that are missing are offered, those that must be there first', () => {
  const fields = offered(`${HEAD}spec:\n  replicas: 1\n  `);
  assert.equal(fields?.from, 2);
  assert.deepEqual(fields?.labels.slice(0, 3), ['selector', 'template', 'minReadySeconds']);
  assert.ok(!fields?.labels.includes('replicas'));
  const container = offered(
    `${HEAD}spec:\n  template:\n    spec:\n      containers:\n      - name: x\n        im`,
  );
  assert.ok(container?.labels.includes('image') && container.labels.includes('imagePullPolicy'));
  assert.equal(container?.from, 8);
});

test('a list begins with an item, an object in a line of its own', () => {
  const offers = offered(`${HEAD}spec:\n  template:\n    spec:\n      `)?.offers ?? [];
  const applied = Object.fromEntries(offers.map(({ label, apply }) => [label, apply]));
  assert.equal(applied.containers, 'containers:\n      - ');
  assert.equal(applied.securityContext, 'securityContext:\n        ');
  assert.equal(applied.nodeName, 'nodeName: ');
});

test('values are offered where the schema knows them', () => {
  const policy = offered(`${HEAD}spec:\n  template:\n    spec:\n      hostNetwork: `);
  assert.deepEqual(policy?.labels, ['true', 'false']);
  const type = offered('apiVersion: v1\nkind: Service\nspec:\n  type: ');
  assert.ok(type?.labels.includes('LoadBalancer'));
});

test('kinds and versions that fit each other are offered', () => {
  assert.deepEqual(offered('apiVersion: apps/v1\nkind: ')?.labels, ['Deployment', 'StatefulSet']);
  assert.deepEqual(offered('kind: Service\napiVersion: ')?.labels, ['v1']);
  assert.deepEqual(offered('ap')?.labels, ['apiVersion', 'kind', 'metadata']);
  assert.deepEqual(kindsIn('kind: A\n---\n{}\n---\napiVersion: "v1"\n')[2], { apiVersion: 'v1' });
});

test('what the schema forbids is found with its path', () => {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a', labels: { tier: 1 } },
    spec: {
      replicas: '3',
      strategy: { rollingUpdate: { maxSurge: '25%' } },
      selector: {},
      template: {
        spec: { containers: [{ image: 'x', imagepullpolicy: 'Always', resources: { limits: { cpu: 1 } } }] },
      },
    },
  };
  assert.deepEqual(
    findingsOf(object, deployment).map(({ message }) => message),
    [
      'metadata.labels.tier: expected string, got integer',
      'spec.replicas: expected integer, got string',
      'spec.template.spec.containers[0].name: Required value',
      'unknown field "spec.template.spec.containers[0].imagepullpolicy"',
    ],
  );
});

test('a field is explained under the pointer', () => {
  const explained = explainedAt(`${HEAD}spec:\n  replicas: 1\n`, 5, 4, { kinds, schemaFor });
  assert.equal(explained?.title, 'spec.replicas');
  assert.equal(explained?.type, 'integer');
  assert.match(explained?.description ?? '', /pods/i);
  assert.equal(explainedAt(`${HEAD}spec:\n  replicas: 1\n`, 5, 12, { kinds, schemaFor }), undefined);
});
