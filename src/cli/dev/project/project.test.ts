import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { KubeObject } from '../../../kubectl/resources/object.ts';
import { parseConfig } from './config.ts';
import { imageFor } from './conventions.ts';
import { devReference, imagesOf, portsOf, repositoryOf, withImages } from './images.ts';
import { loadProject } from './load.ts';

const deployment = (...images: string[]): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    template: {
      spec: {
        containers: images.map((image, i) => ({
          name: `c${i}`,
          image,
          ports: [{ containerPort: 8080 + i }, { containerPort: 53, protocol: 'UDP' }],
        })),
      },
    },
  },
});

describe('images of objects', () => {
  it('are replaced by repository, never pulled anew, and the object given is not changed', () => {
    const object = deployment('web:1', 'other:1');
    const before = JSON.stringify(object);
    const reference = devReference('web:1', `sha256:${'ab'.repeat(32)}`);
    assert.equal(reference, 'docker.io/library/web:dev-abababababababab');
    const replaced = withImages(object, new Map([['docker.io/library/web', reference]]));
    assert.deepEqual(imagesOf(replaced), [reference, 'other:1']);
    assert.match(JSON.stringify(replaced), /"imagePullPolicy":"IfNotPresent"/);
    assert.equal(JSON.stringify(object), before);
    assert.equal(withImages(object, new Map()), object);
    assert.deepEqual(portsOf(object), [8080, 8081]);
  });

  it('have repositories without tag and digest', () => {
    assert.equal(repositoryOf('localhost:5000/a/b:1'), 'localhost:5000/a/b');
    assert.equal(repositoryOf(`quay.io/a@sha256:${'0'.repeat(64)}`), 'quay.io/a');
    assert.equal(repositoryOf('nginx'), 'docker.io/library/nginx');
  });
});

describe('conventions', () => {
  it('find the image that a directory makes', () => {
    const none = new Set<string>();
    const find = (directory: string, wanted: string[], others = none) =>
      imageFor({ directory }, 'shop', wanted, others);
    assert.equal(find('web', ['localhost/web:1', 'redis']), 'localhost/web');
    assert.equal(find('', ['acme/shop:2', 'redis']), 'docker.io/acme/shop');
    assert.equal(find('', ['localhost/x:1', 'redis'], new Set(['docker.io/library/redis'])), 'localhost/x');
    assert.equal(find('docs', ['redis']), undefined);
    assert.throws(() => find('', ['a', 'b']), /which of these images/);
    assert.equal(imageFor({ directory: 'x', image: 'y:1' }, 'p', [], none), 'y:1');
  });
});

describe('tiphys-dev.yaml', () => {
  it('is read with the place of what is wrong', () => {
    const config = parseConfig(`
manifests: [k8s]
ports: [8080, "9000:80"]
images:
  - { image: a, dockerfile: web/Dockerfile, target: dev, args: { V: 1 }, restart: { signal: SIGHUP } }
  - { image: b, directory: dist, config: { cmd: [/x] }, sync: auto }
`);
    assert.deepEqual(config.ports, ['8080', '9000:80']);
    assert.deepEqual(config.images[0]?.recipe, {
      ...{ kind: 'dockerfile', file: 'web/Dockerfile', context: 'web/' },
      ...{ target: 'dev', args: { V: '1' } },
    });
    assert.deepEqual(config.images[0]?.restart, { signal: 1 });
    assert.deepEqual(config.images[1]?.sync, 'auto');
    for (const [text, why] of [
      ['image: a', /the file: there is no field "image"/],
      ['images: [{}]', /images\[0\]\.image: a text/],
      ['images: [{image: a, build: ., dockerfile: b}]', /one of build and dockerfile/],
      ['images: [{image: a, restart: {signal: KILL}}]', /restart\.signal: say one of HUP/],
      ['images: [{image: a, directory: b, config: {cmd: x}}]', /config\.cmd: a list/],
      ['manifests: 5', /manifests: a list/],
    ] as const)
      assert.throws(() => parseConfig(text), why, text);
  });
});

function directoryWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'dev-project-'));
  t.after(() => rmSync(directory, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

describe('a project', () => {
  const manifest = JSON.stringify(deployment('localhost/web:1', 'localhost/api'));
  const nothing = () => {};

  it('is found by what lies in its directory', async (t) => {
    const directory = directoryWith(t, {
      'compose.yaml': 'services: {}',
      'app.yaml': manifest,
      'k8s/service.yaml': '{apiVersion: v1, kind: Service, metadata: {name: web}}',
      Imagefile: 'image: localhost/web:1\nfiles: [{path: /a, from: a}, {path: /sh, from: /bin/sh}]',
      a: '',
      'api/Dockerfile': 'FROM scratch',
      'other/Dockerfile': 'FROM scratch',
    });
    const project = await loadProject(directory, nothing);
    assert.deepEqual(
      project.objects.map(({ kind }) => kind),
      ['Deployment', 'Service'],
    );
    assert.deepEqual(
      project.images.map(({ repository, inputs }) => [repository, inputs]),
      [
        ['localhost/api', ['api/Dockerfile', 'api']],
        ['localhost/web', ['Imagefile', 'a', '/bin/sh']],
      ],
    );
  });

  it('is what its kustomization makes', async (t) => {
    const project = await loadProject(
      directoryWith(t, {
        'kustomization.yaml': 'namePrefix: dev-\nresources: [app.yaml]',
        'app.yaml': manifest,
      }),
      nothing,
    );
    assert.deepEqual(
      project.objects.map(({ metadata }) => metadata?.name),
      ['dev-web'],
    );
    assert.deepEqual(project.manifestInputs.at(-1), '.');
  });

  it('that cannot be read says why', async (t) => {
    await assert.rejects(loadProject(directoryWith(t, {}), nothing), /no manifests/);
    await assert.rejects(
      loadProject(directoryWith(t, { 'k8s/a.yaml': 'a: 1' }), nothing),
      /k8s\/a\.yaml: every/,
    );
    const broken = directoryWith(t, { 'a.yaml': manifest, 'tiphys-dev.yaml': 'images: [{image: a}]' });
    await assert.rejects(loadProject(broken, nothing), /tiphys-dev\.yaml: a: no Imagefile/);
  });
});
