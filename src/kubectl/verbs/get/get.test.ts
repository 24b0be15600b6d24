// What `get` prints; the texts are those of the original against the same server.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import { type KubectlServer, runWords, startKubectlServer } from '../../testing/kubectl.fake.ts';

describe('kubectl get', () => {
  let kubectl: KubectlServer;
  const map = (name: string, labels: Record<string, string> = {}, namespace = 'default') =>
    kubectl.client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, labels },
      data: { x: '1' },
    });
  /** Ages differ from run to run. */
  const withoutAges = (text: string) =>
    text.replaceAll(/\d+m?\d*s(?: +(?=\S)|(?=\n))/g, (age) => (age.endsWith(' ') ? 'AGE   ' : 'AGE'));
  const stdoutOf = async (words: string | string[]) => withoutAges((await kubectl.run(words)).stdout);
  const stderrOf = async (words: string | string[]) => {
    const { code, stderr, stdout } = await kubectl.run(words);
    return { code, stderr, stdout: withoutAges(stdout) };
  };

  before(async () => {
    kubectl = await startKubectlServer();
    await kubectl.client.create(Namespace, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'other' },
    });
    await map('a', { tier: 'front' });
    await map('b');
    await map('c', {}, 'other');
  });
  after(() => kubectl.stop());

  it('prints tables: one type, several types, all namespaces, labels, no headers', async () => {
    assert.equal(await stdoutOf('get cm'), 'NAME   DATA   AGE\na      1      AGE\nb      1      AGE\n');
    assert.equal(await stdoutOf('get cm --no-headers'), 'a     1     AGE\nb     1     AGE\n');
    assert.equal(await stdoutOf('get cm,ns -l tier'), 'NAME          DATA   AGE\nconfigmap/a   1      AGE\n');
    assert.equal(
      await stdoutOf('get cm/a ns/other'),
      'NAME          DATA   AGE\nconfigmap/a   1      AGE\n\nNAME              STATUS   AGE\nnamespace/other   Active   AGE\n',
    );
    assert.match(await stdoutOf('get configmaps -A'), /^NAMESPACE +NAME +DATA +AGE\n/);
    assert.equal(
      await stdoutOf('get cm a -L tier --show-labels'),
      'NAME   DATA   AGE   TIER    LABELS\na      1      AGE   front   tier=front\n',
    );
    assert.equal(await stdoutOf('get cm a --server-print=false'), 'NAME   AGE\na      AGE\n');
  });

  it('reads lists in chunks, sorts, and selects', async () => {
    assert.equal(await stdoutOf('get cm --chunk-size=1 -o name'), 'configmap/a\nconfigmap/b\n');
    assert.equal(
      await stdoutOf(['get', 'cm', '--sort-by={.metadata.labels.tier}', '-o', 'name']),
      'configmap/b\nconfigmap/a\n',
    );
    assert.equal(
      await stdoutOf('get cm --field-selector=metadata.name=b -o jsonpath={.items[*].metadata.name}'),
      'b',
    );
  });

  it('wraps several objects in a List, and leaves one alone', async () => {
    const list = JSON.parse(await stdoutOf('get cm a b -o json')) as { kind: string; items: unknown[] };
    assert.equal(list.kind, 'List');
    assert.equal(list.items.length, 2);
    assert.equal((JSON.parse(await stdoutOf('get cm a -o json')) as { kind: string }).kind, 'ConfigMap');
    assert.equal(
      (JSON.parse(await stdoutOf('get cm -l no=such -o json')) as { items: unknown[] }).items.length,
      0,
    );
  });

  it('says what is missing, and prints what there is', async () => {
    assert.deepEqual(await stderrOf('get cm nope a'), {
      code: 1,
      stdout: 'NAME   DATA   AGE\na      1      AGE\n',
      stderr: 'Error from server (NotFound): configmaps "nope" not found\n',
    });
    assert.deepEqual(await stderrOf('get cm nope --ignore-not-found'), { code: 0, stdout: '', stderr: '' });
    assert.deepEqual(await stderrOf('get cm x -n nonsuch'), {
      code: 1,
      stdout: '',
      stderr: 'Error from server (NotFound): namespaces "nonsuch" not found\n',
    });
    assert.deepEqual(await stderrOf('get cm -n nonsuch'), {
      code: 0,
      stdout: '',
      stderr: 'No resources found in nonsuch namespace.\n',
    });
    assert.equal(
      (await stderrOf('get nope')).stderr,
      'error: the server doesn\'t have a resource type "nope"\n',
    );
    assert.equal(
      (await stderrOf('get cm a -A')).stderr,
      'error: a resource cannot be retrieved by name across all namespaces\n',
    );
    assert.equal(
      (await stderrOf('get cm a -l x=y')).stderr,
      'error: name cannot be provided when a selector is specified\n',
    );
  });

  it('reads objects that files name, in their namespace or the given one', async () => {
    const path = kubectl.file(
      'objects.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: other}\n---\n{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}]}\n',
    );
    assert.equal(await stdoutOf(['get', '-f', path, '-o', 'name']), 'configmap/c\nconfigmap/a\n');
    assert.equal(
      (await stderrOf(['get', '-f', path, '-n', 'default', '-o', 'name'])).stderr,
      `error: the namespace from the provided object "other" does not match the namespace "default". You must pass '--namespace=other' to perform this operation.\n`,
    );
    const { stdout } = await kubectl.run('get -f - -o name', {
      stdin: 'kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: b\n',
    });
    assert.equal(stdout, 'configmap/b\n');
    assert.equal(
      (await stderrOf('get -f nonsuch.yaml')).stderr,
      'error: the path "nonsuch.yaml" does not exist\n',
    );
  });

  it('watches: what is there first, then changes, until it is told to stop', async () => {
    const stop = new AbortController();
    const seen = Promise.withResolvers<void>();
    const listed = Promise.withResolvers<void>();
    const running = kubectl.run('get cm -n other --watch --output-watch-events -o name', {
      signal: stop.signal,
      onOutput(stdout) {
        listed.resolve();
        if (stdout.includes('configmap/d')) seen.resolve();
      },
    });
    await listed.promise;
    await map('d', {}, 'other');
    await seen.promise;
    stop.abort();
    assert.equal((await running).code, 1);
  });

  it('gets any path with --raw', async () => {
    assert.deepEqual(await kubectl.run('get --raw /healthz'), { code: 0, stdout: 'ok', stderr: '' });
    assert.equal(
      (await stderrOf('get --raw /nope')).stderr,
      'Error from server (NotFound): the server could not find the requested resource\n',
    );
  });

  it('says that nothing listens, and that a context is missing', async () => {
    const { code, stderr } = await runWords('get pods -s http://127.0.0.1:1'.split(' '));
    assert.equal(code, 1);
    assert.equal(
      stderr,
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n',
    );
    assert.equal(
      (await stderrOf('get cm --context=nope')).stderr,
      'Error in configuration: context was not found for specified context: nope\n',
    );
  });
});
