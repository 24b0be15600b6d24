import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '../../kit/clock.ts';
import { groupsOf } from '../discovery/groups.ts';
import { resource } from '../meta/v1/resource.ts';
import { int32, ref, string, struct } from '../schema/notation.ts';
import { builtInKinds } from '../scheme/kinds.ts';
import { OpenApiV3 } from './v3.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Record<string, Schema>;
  readonly [extension: string]: unknown;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
  readonly [extension: string]: unknown;
}
interface Doc {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

const built = new OpenApiV3(groupsOf(builtInKinds));
const parsed = (path: string, from = built) =>
  JSON.parse((atOnce(from.document(path)) ?? assert.fail(path)).bytes.toString()) as Doc;

test('the index names every group and version with the hash of its document', () => {
  const { paths } = atOnce(built.index());
  const apps = atOnce(built.document('apis/apps/v1'));
  assert.equal(paths['apis/apps/v1']?.serverRelativeURL, `/openapi/v3/apis/apps/v1?hash=${apps?.hash}`);
  assert.ok(paths['api/v1']);
  assert.equal(atOnce(built.document('apis/nothing/v1')), undefined);
});

test('PATCH and POST take fieldValidation, which is how kubectl learns that the server validates', () => {
  const path = parsed('apis/apps/v1').paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'];
  const names = path?.patch?.parameters?.map(({ name }) => name);
  assert.deepEqual(names, ['dryRun', 'fieldManager', 'fieldValidation', 'force']);
  assert.deepEqual(path?.patch?.['x-kubernetes-group-version-kind'], {
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
  });
  assert.equal(path?.patch?.operationId, 'patchAppsV1NamespacedDeployment');
  assert.ok(path?.patch?.requestBody?.content['application/strategic-merge-patch+json']);
});

test('schemas carry what patches, apply and explain need', () => {
  const { schemas } = parsed('api/v1').components;
  assert.deepEqual(schemas['io.k8s.api.core.v1.Pod']?.['x-kubernetes-group-version-kind'], [
    { group: '', version: 'v1', kind: 'Pod' },
  ]);
  const containers = schemas['io.k8s.api.core.v1.PodSpec']?.properties?.containers;
  assert.equal(containers?.['x-kubernetes-list-type'], 'map');
  assert.deepEqual(containers?.['x-kubernetes-list-map-keys'], ['name']);
  assert.equal(containers?.['x-kubernetes-patch-merge-key'], 'name');
  assert.equal(containers?.['x-kubernetes-patch-strategy'], 'merge');
  const port = schemas['io.k8s.api.core.v1.ContainerPort']?.properties;
  assert.equal(port?.protocol?.default, 'TCP');
  assert.deepEqual(port?.protocol?.enum, ['SCTP', 'TCP', 'UDP']);
  assert.equal(port?.containerPort?.default, 0);
  const volumes = schemas['io.k8s.api.core.v1.PodSpec']?.properties?.volumes;
  assert.equal(volumes?.['x-kubernetes-patch-strategy'], 'merge,retainKeys');
});

test('every reference resolves', () => {
  for (const path of Object.keys(atOnce(built.index()).paths)) {
    const text = atOnce(built.document(path))?.bytes.toString() ?? '';
    const { schemas } = parsed(path).components;
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(schemas[name as string], `${path} ${name}`);
    }
  }
});

test('operation ids are unique', () => {
  for (const path of Object.keys(atOnce(built.index()).paths)) {
    const ids = Object.values(parsed(path).paths).flatMap((item) =>
      Object.values(item).flatMap(({ operationId }) => operationId ?? []),
    );
    assert.equal(new Set(ids).size, ids.length, path);
  }
});

test('subresources return their own kinds', () => {
  const { paths } = parsed('api/v1');
  const eviction = paths['/api/v1/namespaces/{namespace}/pods/{name}/eviction']?.post;
  assert.deepEqual(eviction?.['x-kubernetes-group-version-kind'], {
    group: 'policy',
    version: 'v1',
    kind: 'Eviction',
  });
  const exec = paths['/api/v1/namespaces/{namespace}/pods/{name}/exec']?.get;
  assert.equal(exec?.['x-kubernetes-action'], 'connect');
  assert.ok(paths['/api/v1/nodes/{name}/proxy/{path}']?.delete);
});

test('a kind that is added later changes only the document of its group and version', () => {
  const info = {
    group: 'x.io',
    version: 'v1',
    kind: 'Foo',
    plural: 'foos',
    singular: 'foo',
    namespaced: true,
  };
  const Foo = resource('io.x.v1.Foo', info, {
    spec: ref(0, struct('io.x.v1.FooSpec', { a: string(0), b: int32(0) })),
  });
  const later = new OpenApiV3(groupsOf([...builtInKinds, Foo]), built);
  assert.equal(atOnce(later.document('api/v1')), atOnce(built.document('api/v1')));
  const document = parsed('apis/x.io/v1', later);
  assert.ok(document.paths['/apis/x.io/v1/namespaces/{namespace}/foos']);
  assert.equal(document.components.schemas['io.x.v1.FooSpec']?.properties?.b?.format, 'int32');
});

test('no list of parameters is empty, so that Go encodes a document as it has read it', () => {
  for (const { parameters } of Object.values(parsed('api/v1').paths)) assert.notDeepEqual(parameters, []);
});
