import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseIgnore } from '../paths/ignore.ts';
import type { Project, ProjectImage } from '../project/load.ts';
import { syncRule } from '../sync/rules.ts';
import { isNothing, planOf } from './plan.ts';

const web: ProjectImage = {
  repository: 'localhost/web',
  recipe: { kind: 'imagefile', file: 'Imagefile' },
  inputs: ['Imagefile', 'www/index.html', 'bin/app', '/opt/tool'],
  sync: [syncRule('www/**', '/www', '')],
  restart: undefined,
};
const api: ProjectImage = {
  repository: 'localhost/api',
  recipe: { kind: 'dockerfile', file: 'api/Dockerfile', context: 'api', args: {} },
  inputs: ['api/Dockerfile', 'api'],
  sync: [syncRule('api/src/**', '/app/src', '')],
  restart: undefined,
};
const project: Project = {
  directory: '/p',
  objects: [],
  manifestInputs: ['tiphys-dev.yaml', '*.yaml', 'k8s'],
  images: [web, api],
  ignored: parseIgnore('bin\napi/*.log\n', 'git'),
  ports: undefined,
};
const plan = (...paths: string[]) =>
  planOf(
    project,
    paths.map((path) => ({ path, deleted: false })),
  );

describe('the plan of a change', () => {
  it('builds an image again only for its own sources', () => {
    assert.deepEqual(plan('api/go.mod').rebuild, ['localhost/api']);
    assert.deepEqual(plan('/opt/tool').rebuild, ['localhost/web']);
    assert.ok(isNothing(plan('README.md', 'api/x.log')));
  });

  it('counts what an Imagefile names as a source, also where it is ignored', () => {
    assert.deepEqual(plan('bin/app').rebuild, ['localhost/web']);
  });

  it('copies files that fit a rule, and builds when one does not', () => {
    const copied = plan('www/a/b.css', 'api/src/x.js');
    assert.deepEqual(copied.rebuild, []);
    assert.deepEqual(
      [...copied.sync].map(([image, files]) => [image, files.map(({ target }) => target)]),
      [
        ['localhost/web', ['/www/a/b.css']],
        ['localhost/api', ['/app/src/x.js']],
      ],
    );
    const both = plan('api/src/x.js', 'api/package.json');
    assert.deepEqual([both.rebuild, both.sync.size], [['localhost/api'], 0]);
  });

  it('reads the project again for manifests, the configuration and Imagefiles', () => {
    for (const path of ['app.yaml', 'k8s/a/b.txt', 'tiphys-dev.yaml', 'Imagefile'])
      assert.ok(plan(path).reload, path);
    assert.ok(!plan('x/app.yaml').reload);
    assert.deepEqual(plan('Imagefile').rebuild, ['localhost/web']);
    const kustomized = planOf({ ...project, manifestInputs: ['.'] }, [{ path: 'a/x.env', deleted: false }]);
    assert.ok(kustomized.reload);
  });
});
