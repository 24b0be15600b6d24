import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import type { JsonObject } from '../../api/patch/json.ts';
import { buildKustomization } from './build.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** What the first of the files' directories makes; names of files are paths. */
async function built(
  files: Readonly<Record<string, string>>,
  options: { order: 'legacy' | 'fifo' } = { order: 'fifo' },
) {
  const cwd = await mkdtemp(join(tmpdir(), 'kustomize-'));
  folders.push(cwd);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(cwd, dirname(path)), { recursive: true });
    await writeFile(join(cwd, path), text);
  }
  const warnings: string[] = [];
  const objects = await buildKustomization(dirname(Object.keys(files)[0]!), {
    cwd,
    warn: (text) => warnings.push(text),
    ...options,
  });
  return { objects, warnings, cwd };
}

const first = async (files: Readonly<Record<string, string>>): Promise<JsonObject> =>
  (await built(files)).objects[0]!;
const nameOf = (object: JsonObject | undefined): unknown =>
  (object?.metadata as JsonObject | undefined)?.name;

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: a, image: "nginx:1.0", envFrom: [{configMapRef: {name: cfg}}]}
      - {name: b, image: "reg.example:5000/b@sha256:abc", env: [{name: Y, value: "1"}]}
`;
const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
`;

describe('generators', () => {
  it('name ConfigMaps and Secrets by the hash of their content, as kustomize does', async () => {
    const { objects } = await built({
      'k/kustomization.yaml': `
configMapGenerator:
- {name: cfg, literals: [a=b, "c='d e'"], files: [app.conf]}
secretGenerator:
- {name: sec, literals: [password=hunter2], envs: [env.txt]}`,
      'k/app.conf': 'hello\nworld\n',
      'k/env.txt': `A=1\n# comment\nB=two words\nLONG=${'0'.repeat(99)}5\n`,
    });
    assert.deepEqual(objects.map(nameOf), ['cfg-hgf5g2dff5', 'sec-22m7bbmd2h']);
    assert.deepEqual(objects[0]!.data, { a: 'b', c: 'd e', 'app.conf': 'hello\nworld\n' });
    const { LONG } = objects[1]!.data as Record<string, string>;
    assert.deepEqual(
      LONG!.split('\n').map((line) => line.length),
      [70, 66, 0],
    );
  });

  it('complete and replace what a base has generated, and references follow', async () => {
    const { objects } = await built({
      'over/kustomization.yaml':
        'resources: [../base]\nconfigMapGenerator: [{name: cfg, behavior: merge, literals: [a=c, z=1]}]\nnamePrefix: p-',
      'base/kustomization.yaml':
        'resources: [d.yaml]\nconfigMapGenerator: [{name: cfg, literals: [a=b, k=v]}]',
      'base/d.yaml': DEPLOYMENT,
    });
    const [deployment, map] = objects;
    assert.deepEqual(map!.data, { a: 'c', k: 'v', z: '1' });
    assert.match(String(nameOf(map)), /^p-cfg-[a-z0-9]{10}$/);
    assert.ok(JSON.stringify(deployment).includes(`"configMapRef":{"name":"${nameOf(map)}"}`));
  });

  it('obey their options', async () => {
    const map = await first({
      'k/kustomization.yaml':
        'generatorOptions: {labels: {a: b}, immutable: true}\nconfigMapGenerator: [{name: c, options: {disableNameSuffixHash: true, labels: {c: d}}}]',
    });
    assert.deepEqual(map, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', labels: { a: 'b', c: 'd' } },
      immutable: true,
    });
  });

  it('refuse a second one of the same name', async () => {
    const files = {
      'k/kustomization.yaml': 'configMapGenerator: [{name: c, literals: [a=b]}, {name: c, literals: [a=b]}]',
    };
    await assert.rejects(
      built(files),
      /exists; can not use behavior: 'unspecified', behavior must be merge or replace/,
    );
  });
});

describe('transformers', () => {
  const withKustomization = (text: string) => ({
    'k/kustomization.yaml': `resources: [d.yaml]\n${text}`,
    'k/d.yaml': DEPLOYMENT,
  });

  it('label selectors and templates where they are told to', async () => {
    const both = await first(withKustomization('labels: [{pairs: {t: x}, includeSelectors: true}]'));
    assert.deepEqual((both.spec as JsonObject).selector, { matchLabels: { app: 'web', t: 'x' } });
    const one = await first(withKustomization('labels: [{pairs: {t: x}}]'));
    assert.deepEqual(one.metadata, { name: 'web', labels: { t: 'x' } });
    assert.ok(!JSON.stringify(one.spec).includes('"t"'));
  });

  it('set images by name, tag and digest', async () => {
    const deployment = await first(
      withKustomization(
        'images: [{name: nginx, newName: my/nginx, newTag: "2"}, {name: "reg.example:5000/b", digest: "sha256:def"}]',
      ),
    );
    const text = JSON.stringify(deployment);
    assert.ok(text.includes('"image":"my/nginx:2"'));
    assert.ok(text.includes('"image":"reg.example:5000/b@sha256:def"'));
  });

  it('set namespaces and counts; a name that nothing has is an error', async () => {
    const deployment = await first(withKustomization('namespace: prod\nreplicas: [{name: web, count: 5}]'));
    assert.deepEqual(deployment.metadata, { name: 'web', namespace: 'prod' });
    assert.equal((deployment.spec as JsonObject).replicas, 5);
    await assert.rejects(
      built(withKustomization('replicas: [{name: other, count: 5}]')),
      /^Error: resource with name other does not match a config with the following GVK \[Deployment\.\[noVer\]\.\[noGrp\] /,
    );
  });

  it('keep texts that YAML 1.1 takes for booleans', async () => {
    const deployment = await first(withKustomization('namePrefix: a-'));
    assert.ok(JSON.stringify(deployment).includes('"name":"Y"'));
  });
});

describe('patches', () => {
  const patchedBy = (patches: string) =>
    built({
      'k/kustomization.yaml': `resources: [d.yaml, s.yaml]\n${patches}`,
      'k/d.yaml': DEPLOYMENT,
      'k/s.yaml': SERVICE,
    });
  const containers = ({ objects }: { objects: JsonObject[] }) =>
    (((objects[0]!.spec as JsonObject).template as JsonObject).spec as JsonObject).containers as JsonObject[];

  it('merge containers by name, those of the patch first', async () => {
    const result = await patchedBy(
      'patches: [{patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: b, tty: true}, {name: c}]}}}}"}]',
    );
    assert.deepEqual(
      containers(result).map(({ name, tty }) => [name, tty]),
      [
        ['b', true],
        ['c', undefined],
        ['a', undefined],
      ],
    );
  });

  it('delete elements, fields and whole objects', async () => {
    const result = await patchedBy(`
patches:
- patch: |
    {apiVersion: v1, kind: Service, metadata: {name: web}, $patch: delete}
- target: {kind: Deploy.*}
  patch: |
    {kind: x, metadata: {name: y}, spec: {selector: null, template: {spec: {containers: [{name: a, $patch: delete}]}}}}`);
    assert.equal(result.objects.length, 1);
    assert.deepEqual(
      containers(result).map(({ name }) => name),
      ['b'],
    );
    assert.equal((result.objects[0]!.spec as JsonObject).selector, undefined);
    assert.equal(nameOf(result.objects[0]), 'web');
  });

  it('are JSON patches for all that a target selects', async () => {
    const { objects } = await patchedBy(
      'patches: [{target: {name: "w.b"}, patch: "[{op: add, path: /metadata/labels, value: {a: b}}]"}]',
    );
    assert.deepEqual(
      objects.map(({ metadata }) => (metadata as JsonObject).labels),
      [{ a: 'b' }, { a: 'b' }],
    );
    await assert.rejects(
      patchedBy('patches: [{patch: "[{op: add, path: /a, value: b}]"}]'),
      /must specify a target for JSON patch/,
    );
    await assert.rejects(
      patchedBy('patches: [{target: {kind: Service}, patch: "[{op: replace, path: /a/b, value: b}]"}]'),
      /replace operation does not apply: doc is missing path: \/a\/b: missing value/,
    );
  });

  it('need something to patch', async () => {
    await assert.rejects(
      patchedBy('patches: [{patch: "{apiVersion: v1, kind: Service, metadata: {name: zzz}}"}]'),
      /no resource matches strategic merge patch "Service.v1.\[noGrp\]\/zzz.\[noNs\]": no matches for Id/,
    );
  });
});

describe('replacements', () => {
  it('write a value, or a part of it, to fields of others', async () => {
    const { objects } = await built({
      'k/kustomization.yaml': `
resources: [d.yaml, s.yaml]
replacements:
- source: {kind: Service, fieldPath: spec.ports.0.port}
  targets:
  - {select: {kind: Deployment}, options: {create: true}, fieldPaths: ["metadata.annotations.[x.y/port]"]}
- source: {kind: Deployment, fieldPath: "spec.template.spec.containers.[name=a].image", options: {delimiter: ":", index: 1}}
  targets:
  - {select: {kind: Deployment}, fieldPaths: ["spec.template.spec.containers.[name=b].env.0.value"]}`,
      'k/d.yaml': DEPLOYMENT,
      'k/s.yaml': SERVICE,
    });
    assert.deepEqual((objects[0]!.metadata as JsonObject).annotations, { 'x.y/port': 80 });
    assert.ok(JSON.stringify(objects[0]).includes('{"name":"Y","value":"1.0"}'));
  });

  it('say what they do not find', async () => {
    const files = (path: string) => ({
      'k/kustomization.yaml': `resources: [s.yaml]\nreplacements: [{sourceValue: x, targets: [{select: {kind: Service}, fieldPaths: [${path}]}]}]`,
      'k/s.yaml': SERVICE,
    });
    await assert.rejects(built(files('spec.nope')), /unable to find field "spec.nope" in replacement target/);
  });
});

describe('directories', () => {
  it('components go on with what their parent has', async () => {
    const { objects } = await built({
      'k/kustomization.yaml': 'resources: [s.yaml]\ncomponents: [../c]\nnameSuffix: -x',
      'k/s.yaml': SERVICE,
      'c/kustomization.yaml': 'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnamePrefix: c-',
    });
    assert.deepEqual(objects.map(nameOf), ['c-web-x']);
  });

  it('files lie within them, and no directory is its own base', async () => {
    await assert.rejects(
      built({ 'k/kustomization.yaml': 'resources: [../s.yaml]', 's.yaml': SERVICE }),
      /security; file '.*s.yaml' is not in or below '.*k'/,
    );
    await assert.rejects(
      built({ 'k/kustomization.yaml': 'resources: [../k]' }),
      /cycle detected: candidate root/,
    );
  });

  it('name fields that there are, in any case', async () => {
    const { objects } = await built({
      'k/kustomization.yaml': 'nameprefix: a-\nRESOURCES: [s.yaml]',
      'k/s.yaml': SERVICE,
    });
    assert.deepEqual(objects.map(nameOf), ['a-web']);
    await assert.rejects(
      built({ 'k/kustomization.yaml': 'resourcess: [a]' }),
      /^Error: invalid Kustomization: json: unknown field "resourcess"$/,
    );
    await assert.rejects(
      built({ 'k/kustomization.yaml': 'kind: Kustomization' }),
      /kustomization.yaml is empty/,
    );
    const { warnings } = await built({
      'k/kustomization.yaml': 'bases: [../b]',
      'b/kustomization.yaml': 'namePrefix: a-',
    });
    assert.deepEqual(warnings, [
      "# Warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
    ]);
  });

  it('are printed by kind where that is asked for', async () => {
    const { objects } = await built(
      {
        'k/kustomization.yaml': 'resources: [a.yaml]',
        'k/a.yaml': `${DEPLOYMENT}---${SERVICE}---\n{apiVersion: v1, kind: Namespace, metadata: {name: n}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: local, annotations: {config.kubernetes.io/local-config: "true"}}}`,
      },
      { order: 'legacy' },
    );
    assert.deepEqual(
      objects.map(({ kind }) => kind),
      ['Namespace', 'Service', 'Deployment'],
    );
  });
});
