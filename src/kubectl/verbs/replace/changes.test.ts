import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { type KubectlServer, startKubectlServer } from '../../testing/kubectl.fake.ts';

let k: KubectlServer;
before(async () => {
  k = await startKubectlServer();
});
after(() => k.stop());

const map = (name: string, data: object = {}) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
const run = (words: string, stdin: string) => k.run(words.split(' '), { stdin });
const dataOf = async (name: string) => (await k.client.get(ConfigMap, name, 'default')).data;
const uidOf = async (name: string) => (await k.client.get(ConfigMap, name, 'default')).metadata.uid;

describe('create, replace and patch', () => {
  it('create from files, and say what is wrong with them', async () => {
    assert.equal((await run('create -f -', map('a', { x: '1' }))).stdout, 'configmap/a created\n');
    assert.equal(
      (await run('create -f -', map('a'))).stderr,
      'Error from server (AlreadyExists): error when creating "STDIN": configmaps "a" already exists\n',
    );
    assert.equal(
      (await run('create -f -', 'a: b')).stderr,
      'error: error validating "STDIN": error validating data: [apiVersion not set, kind not set]; if you choose to ignore these errors, turn validation off with --validate=false\n',
    );
    assert.equal((await run('create -f - --dry-run=client -o name', map('b'))).stdout, 'configmap/b\n');
  });

  it('tell last what could not be read', async () => {
    k.file('1.json', '{"apiVersion":"v1","ind":"Pod"}');
    k.file('2.json', map('a'));
    const { stderr } = await k.run('create -f 1.json -f 2.json');
    assert.deepEqual(
      stderr.split('\n').map((line) => line.slice(0, 40)),
      ['Error from server (AlreadyExists): error', 'error validating "1.json": error validat', ''],
    );
  });

  it('replace as a whole, by force with another object', async () => {
    assert.equal((await run('replace -f -', map('a', { y: '2' }))).stdout, 'configmap/a replaced\n');
    assert.deepEqual(await dataOf('a'), { y: '2' });
    const before = await uidOf('a');
    assert.equal(
      (await run('replace --force -f -', map('a', { z: '3' }))).stdout,
      'configmap "a" deleted from default namespace\nconfigmap/a replaced\n',
    );
    assert.notEqual(await uidOf('a'), before);
    assert.match(
      (await run('replace -f -', map('nope'))).stderr,
      /^Error from server \(NotFound\): error when replacing "STDIN"/,
    );
  });

  it('patch in all three forms, and tell when nothing changed', async () => {
    const patch = (text: string, more = '') =>
      k.run(['patch', 'cm', 'a', '-p', text, ...more.split(' ').filter(Boolean)]);
    assert.equal((await patch('{"data":{"q":"1"}}')).stdout, 'configmap/a patched\n');
    assert.equal((await patch('{"data":{"q":"1"}}')).stdout, 'configmap/a patched (no change)\n');
    assert.equal((await patch('{"data":{"q":"1"}}', '--record')).stdout, 'configmap/a patched (no change)\n');
    await patch('[{"op":"replace","path":"/data/q","value":"2"}]', '--type json');
    assert.equal((await dataOf('a'))?.q, '2');
    await patch('data: {q: null}', '--type merge');
    assert.equal((await dataOf('a'))?.q, undefined);
    assert.equal(
      (await patch('x', '--type foo')).stderr,
      'error: --type must be one of [json merge strategic], not "foo"\n',
    );
    assert.equal((await patch('{"data":{"l":"1"}}', '--dry-run=client')).stdout, 'configmap/a patched\n');
    assert.equal((await dataOf('a'))?.l, undefined);
  });

  it('send and show what is raw', async () => {
    const raw = '/api/v1/namespaces/default/configmaps';
    const { stdout } = await run(`create --raw ${raw} -f -`, map('raw'));
    assert.equal(JSON.parse(stdout).metadata.name, 'raw');
    await k.run(`delete --raw ${raw}/raw`);
    await assert.rejects(dataOf('raw'));
  });
});
