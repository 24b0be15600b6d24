import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { type KubectlServer, startKubectlServer } from '../../testing/kubectl.fake.ts';

let k: KubectlServer;
before(async () => {
  k = await startKubectlServer();
});
after(() => k.stop());

const make = async (name: string, metadata: object = {}): Promise<void> => {
  await k.client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', ...metadata },
  });
};

describe('kubectl delete', () => {
  it('says what it has deleted, from which namespace', async () => {
    await make('a');
    assert.deepEqual(await k.run('delete cm a'), {
      code: 0,
      stdout: 'configmap "a" deleted from default namespace\n',
      stderr: '',
    });
    const again = await k.run('delete cm a');
    assert.equal(again.stderr, 'Error from server (NotFound): configmaps "a" not found\n');
    assert.equal((await k.run('delete cm a --ignore-not-found')).stdout, '');
  });

  it('deletes nothing in a dry run, and what a selector selects', async () => {
    await make('b', { labels: { l: 'x' } });
    assert.equal(
      (await k.run('delete cm b --dry-run=client')).stdout,
      'configmap "b" deleted from default namespace (dry run)\n',
    );
    assert.equal((await k.run('delete cm -l l=x -o name')).stdout, 'configmap/b\n');
    assert.equal((await k.run('delete cm -l l=x')).stdout, 'No resources found\n');
  });

  it('waits until finalizers have gone', async () => {
    await make('f', { finalizers: ['x.y/z'] });
    const refused = await k.run('delete cm f --timeout=1s');
    assert.equal(refused.stderr, 'error: timed out waiting for the condition on configmaps/f\n');
    const waiting = k.run('delete cm f', {
      onOutput: (stdout) => {
        if (stdout.includes('deleted'))
          void k.client
            .patch(ConfigMap, 'f', 'default', 'merge', { metadata: { finalizers: null } })
            .catch(() => {});
      },
    });
    assert.equal((await waiting).code, 0);
    await assert.rejects(k.client.get(ConfigMap, 'f', 'default'));
  });

  it('asks before it deletes', async () => {
    await make('i');
    const asked =
      'You are about to delete the following 1 resource(s):\nconfigmap/i\nDo you want to continue? (y/N): ';
    const no = await k.run('delete -i cm i', { stdin: 'n\n' });
    assert.equal(no.stdout, `${asked}deletion is cancelled\n`);
    const yes = await k.run('delete -i cm i', { stdin: 'y\n' });
    assert.equal(yes.stdout, `${asked}configmap "i" deleted from default namespace\n`);
  });

  it('names what does not go together', async () => {
    const refused = async (words: string) => (await k.run(words)).stderr;
    assert.equal(
      await refused('delete cm a --now --grace-period=3'),
      'error: --now and --grace-period cannot be specified together\n',
    );
    assert.equal(
      await refused('delete cm a --cascade=foo'),
      'error: invalid cascade value (foo). Must be "background", "foreground", or "orphan"\n',
    );
    assert.match(await refused('delete cm a --force'), /^Warning: Immediate deletion does not wait/);
  });
});
