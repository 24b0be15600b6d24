import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { systemClock } from '../../kit/clock.ts';
import { connectionOf } from './connection.ts';
import {
  changeKubeconfig,
  contextName,
  mergeKubeconfig,
  parseKubeconfig,
  readKubeconfig,
  removeFromKubeconfig,
  singleContext,
} from './kubeconfig.ts';
import { kubeconfigPath } from './kubeconfig-path.ts';

describe('kubeconfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  after(() => rmSync(folder, { recursive: true }));
  const mine = singleContext(
    'tiphys',
    { server: 'https://127.0.0.1:6443', 'certificate-authority-data': Buffer.from('CA').toString('base64') },
    { token: 'secret' },
  );

  it('merges a context into a file that has others, and makes it current', async () => {
    const path = join(folder, 'nested', 'config');
    await changeKubeconfig(path, () => singleContext('other', { server: 'https://other' }, {}), systemClock);
    await changeKubeconfig(path, (config) => mergeKubeconfig(config, mine), systemClock);
    const config = readKubeconfig(path);
    assert.deepEqual(
      config.contexts.map((entry) => entry.name),
      ['other', 'tiphys'],
    );
    assert.equal(config['current-context'], 'tiphys');
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('replaces entries of the same name instead of adding them twice', () => {
    const twice = mergeKubeconfig(mergeKubeconfig(mine, mine), mine);
    assert.equal(twice.clusters.length, 1);
    assert.equal(twice.users.length, 1);
  });

  it('removes only entries of the name, and unsets it as current', () => {
    const both = mergeKubeconfig(singleContext('other', { server: 'https://other' }, {}), mine);
    const left = removeFromKubeconfig(both, 'tiphys');
    assert.deepEqual(
      left.clusters.map((entry) => entry.name),
      ['other'],
    );
    assert.equal(left['current-context'], '');
  });

  it('waits for others who hold the lock, and tells of one that stays', async () => {
    const path = join(folder, 'locked');
    const names = ['a', 'b', 'c'];
    const add = (name: string) =>
      changeKubeconfig(
        path,
        (config) => mergeKubeconfig(config, singleContext(name, { server: 'https://x' }, {})),
        systemClock,
      );
    writeFileSync(`${path}.lock`, '');
    const all = Promise.all(names.map(add));
    await systemClock.sleep(30);
    assert.equal(existsSync(path), false);
    rmSync(`${path}.lock`);
    await all;
    assert.deepEqual(
      readKubeconfig(path)
        .contexts.map(({ name }) => name)
        .sort(),
      names,
    );
    const clock = new SteppedClock();
    writeFileSync(`${path}.lock`, '');
    const before = readFileSync(path, 'utf8');
    const late = assert.rejects(
      changeKubeconfig(path, () => mine, clock),
      /another program holds .*locked\.lock/,
    );
    await clock.step(6_000);
    await late;
    assert.equal(readFileSync(path, 'utf8'), before);
  });

  it('names contexts after the cluster', () => {
    assert.equal(contextName(), 'tiphys');
    assert.equal(contextName('two'), 'tiphys-two');
    assert.equal(kubeconfigPath({ KUBECONFIG: '/nowhere/a:/nowhere/b', HOME: '/root' }), '/nowhere/b');
    assert.equal(kubeconfigPath({ HOME: '/root' }), '/root/.kube/config');
  });
});

describe('a hostile kubeconfig', () => {
  it('is refused when it is YAML of another shape', () => {
    for (const text of [
      '5',
      '[]',
      '"x"',
      'clusters: 5',
      'users: [1]',
      'contexts: [{name: a, context: 7}]',
      'clusters: {a: b}',
    ])
      assert.equal(parseKubeconfig(text), undefined, text);
    assert.deepEqual(parseKubeconfig('')?.clusters, []);
    assert.throws(() => parseKubeconfig('a: !!js/function "x"'));
  });

  it('runs no program and reads no file that it names, when it is parsed and when it is refused', () => {
    const user = { exec: { command: '/bin/false' }, tokenFile: '/nowhere', 'client-key': '/nowhere' };
    const config = parseKubeconfig(
      JSON.stringify(singleContext('a', { server: 'https://x', 'certificate-authority': '/nowhere' }, user)),
    );
    assert.ok(config);
    assert.throws(() => connectionOf(config), {
      message: 'user "a": exec is not supported; use a certificate, token or tokenFile',
    });
  });
});
