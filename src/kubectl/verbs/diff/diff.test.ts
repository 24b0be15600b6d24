import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type KubectlServer, startKubectlServer } from '../../testing/kubectl.fake.ts';
import { masked } from './mask.ts';
import { diffCommand } from './program.ts';

describe('kubectl diff', () => {
  let k: KubectlServer;
  before(async () => {
    k = await startKubectlServer();
  });
  after(() => k.stop());
  const env = { PATH: process.env.PATH ?? '' };
  const map = (value: string) =>
    JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { a: value } });

  it('shows what apply would change, and exits with 1', async () => {
    await k.run('apply -f -', { stdin: map('one') });
    const same = await k.run('diff -f -', { stdin: map('one'), env });
    assert.deepEqual(same, { code: 0, stdout: '', stderr: '' });
    const { code, stdout } = await k.run('diff -f -', { stdin: map('two'), env });
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^diff -u -N .*LIVE-\w+\/v1.ConfigMap.default.m .*MERGED-\w+\/v1.ConfigMap.default.m\n/,
    );
    assert.ok(stdout.includes('-  a: one\n+  a: two\n'));
  });

  it('exits with more than 1 for errors', async () => {
    assert.deepEqual(await k.run('diff'), {
      ...{ code: 2, stdout: '' },
      stderr: 'error: must specify one of -f and -k\n',
    });
    assert.deepEqual(await k.run('diff --foo'), {
      ...{ code: 2, stdout: '' },
      stderr: "error: unknown flag: --foo\nSee 'kubectl diff -h' for help and examples\n",
    });
    const failed = await k.run('diff -f -', {
      stdin: map('two'),
      env: { ...env, KUBECTL_EXTERNAL_DIFF: 'no-such-program' },
    });
    assert.equal(failed.code, 2);
    assert.match(failed.stderr, /^error: failed to run "no-such-program"/);
  });

  it('gives another program only plain parameters', () => {
    assert.deepEqual(diffCommand({ KUBECTL_EXTERNAL_DIFF: 'colordiff -N -u --x=1 a;b' }), [
      'colordiff',
      '-N',
      '-u',
      '--x=1',
    ]);
    assert.deepEqual(diffCommand({}), ['diff', '-u', '-N']);
  });

  it('hides the values of Secrets, but not which of them differ', () => {
    const { from, to } = masked({ data: { a: '1', b: '2' } }, { data: { a: '1', b: '3', c: '4' } });
    assert.deepEqual(from?.data, { a: '***', b: '*** (before)' });
    assert.deepEqual(to?.data, { a: '***', b: '*** (after)', c: '***' });
  });
});
