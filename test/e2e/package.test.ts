// What a user gets who has nothing but Node.js: the packed package, installed without this repository, without a network.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installPackage, type Packed } from '../support/package/packed.ts';

const NAME = 'tph-package';
/** Bytes. */
const LARGEST = 5_000_000;

describe('the packed package', () => {
  let packed: Packed;
  let isInstalled = false;
  const up = (...words: string[]) => {
    const data = join(packed.directory, 'data');
    return packed.tryNpx(
      'tiphys',
      'up',
      '--detach',
      '--isolated',
      '--name',
      NAME,
      '--data-dir',
      data,
      ...words,
    );
  };
  const down = () => packed.tryNpx('tiphys', 'down', '--name', NAME, '--purge');

  before(async () => {
    packed = await installPackage();
    isInstalled = true;
    await down();
  });

  after(async () => {
    if (!isInstalled) return;
    await down();
    packed.remove();
  });

  it('holds the programs, their types and the dashboard, and nothing of the sources', () => {
    const { files, size } = packed;
    const programs = [
      'bin/tiphys',
      'bin/kubectl-tiphys',
      'bin/find-node',
      'dist/tiphys.mjs',
      'dist/kubectl.mjs',
      'dist/control-plane.mjs',
    ];
    const others = [
      'dist/dashboard/index.html.br',
      'dist/types/scheduler/user-plugins/authoring.d.ts',
      'LICENSE',
      'README.md',
    ];
    for (const path of [...programs, ...others]) assert.ok(files.includes(path), path);
    const allowed =
      /^(bin\/|dist\/[^/]+\.mjs$|dist\/(dashboard|types|docs)|package\.json$|README\.md$|LICENSE$)/;
    assert.deepEqual(
      files.filter((path) => !allowed.test(path) || path.endsWith('.map')),
      [],
    );
    assert.ok(size < LARGEST, `${size} bytes`);
    const installed = join(packed.directory, 'app/node_modules/tiphys');
    const { exports, bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    for (const path of [exports['./scheduler'].types, ...Object.values<string>(bin)])
      assert.ok(existsSync(join(installed, path)), path);
  });

  it('serves the API without nodes, and its kubectl reads what is there', async () => {
    assert.match(await packed.npx('tiphys', 'version'), /^tiphys \d+\.\d+\.\d+, Kubernetes API v1\.36/);
    const started = await up('--nodes', '0', '--no-kubeconfig');
    assert.equal(started.code, 0, started.stderr);
    assert.match(started.stderr, /is ready .*: 0 nodes/);
    assert.match(started.stderr, /npx tiphys down --name tph-package/);
    const kubeconfig = join(packed.directory, 'data/kubeconfig');
    assert.match(
      await packed.npx('kubectl-tiphys', '--kubeconfig', kubeconfig, 'get', 'namespaces'),
      /kube-system +Active/,
    );
    assert.equal((await down()).code, 0);
  });

  it('starts a node, and merges a context into the kubeconfig of its user', async () => {
    const started = await up();
    assert.equal(started.code, 0, started.stderr);
    assert.match(await packed.npx('kubectl-tiphys', 'get', 'nodes'), /tph-package +Ready +<none>/);
    assert.ok(existsSync(join(packed.directory, 'home/.kube/config')));
    assert.match(await packed.npx('tiphys', 'status', '--name', NAME), /tph-package +Running/);
    assert.equal((await down()).code, 0);
  });
});
