// Preferences change what words mean, and the verbs that change them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { refusal } from '../session/credentials/plugin-policy.ts';
import { type KubectlServer, startKubectlServer } from '../testing/kubectl.fake.ts';

describe('kuberc', () => {
  let kubectl: KubectlServer;
  let kuberc: string;
  before(async () => {
    kubectl = await startKubectlServer();
    kuberc = join(kubectl.home, 'rc');
  });
  after(() => kubectl.stop());
  const run = (words: string) => kubectl.run(words, { env: { KUBERC: kuberc } });
  const set = async (words: string) => {
    const { stdout, stderr } = await kubectl.run(`kuberc set --kuberc=${kuberc} ${words}`);
    return stdout + stderr;
  };

  it('is written by kuberc set', async () => {
    const updated = `Updated ${kuberc}\n`;
    assert.equal(await set('--section=defaults --command=get --option=output=name'), updated);
    assert.equal(
      await set('--section=aliases --name=getn --command=get --prependarg=namespaces --appendarg=default'),
      updated,
    );
    assert.equal(
      await set('--section=defaults --command=get --option=output=yaml'),
      'error: defaults for command "get" already exist, use --overwrite to replace\n',
    );
    assert.equal(await set('--command=get'), 'error: required flag(s) "section" not set\n');
    assert.equal(
      await set('--section=credentialplugin --policy=Foo'),
      'error:  --policy must be  "AllowAll", "DenyAll", or "Allowlist", got: Foo\n',
    );
    assert.equal(
      readFileSync(kuberc, 'utf8'),
      `aliases:
- appendArgs:
  - default
  command: get
  name: getn
  prependArgs:
  - namespaces
apiVersion: kubectl.config.k8s.io/v1beta1
defaults:
- command: get
  options:
  - default: name
    name: output
kind: Preference
`,
    );
  });

  it('gives flags their defaults unless they are given, and resolves aliases', async () => {
    assert.equal((await run('get ns default')).stdout, 'namespace/default\n');
    assert.match((await run('get ns default -o wide')).stdout, /^NAME /);
    assert.match((await run('get ns default -owide')).stdout, /^NAME /);
    assert.equal((await run('getn')).stdout, 'namespace/default\n');
    assert.equal((await run('getn kube-system')).stdout, 'namespace/kube-system\nnamespace/default\n');
  });

  it('can be turned off', async () => {
    const { stdout } = await kubectl.run('get ns default', {
      env: { KUBERC: kuberc, KUBECTL_KUBERC: 'false' },
    });
    assert.match(stdout, /^NAME /);
    assert.match(
      (await kubectl.run('getn', { env: { KUBERC: 'off' } })).stderr,
      /^error: unknown command "getn"/,
    );
    assert.equal(
      (await kubectl.run(`get ns --kuberc=${kuberc}`, { env: { KUBERC: 'off' } })).stderr,
      'error: disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive\n',
    );
  });

  it('must be there when it is named, and its commands must have the flags', async () => {
    assert.match(
      (await run(`get ns --kuberc=${kubectl.home}/none`)).stderr,
      /^error: .*no such file or directory\n$/,
    );
    const wrong = kubectl.file(
      'wrong',
      'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ndefaults:\n- command: get\n  options: [{name: nope, default: x}]\n',
    );
    assert.equal(
      (await kubectl.run(`get ns --kuberc=${wrong}`)).stderr,
      'error: error occurred while applying preferences invalid flag nope for command get\n',
    );
  });

  it('tells of an empty file only to those who ask', async () => {
    const empty = kubectl.file('empty', '');
    const told = `kuberc: no preferences found in ${empty}\n`;
    assert.equal((await kubectl.run(`get ns default -v=5 --kuberc=${empty}`)).stderr, told);
    assert.equal((await kubectl.run(`get --v 5 ns default --kuberc=${empty}`)).stderr, told);
    assert.equal((await kubectl.run(`get ns default --kuberc=${empty}`)).stderr, '');
  });

  it('says which credential plugins may run', () => {
    assert.equal(refusal('/bin/x', undefined), undefined);
    assert.match(refusal('/bin/x', { policy: 'DenyAll', commands: undefined }) ?? '', /not allowed/);
    assert.equal(refusal('/bin/x', { policy: 'Allowlist', commands: ['x'] }), undefined);
    assert.match(refusal('/bin/x', { policy: 'Allowlist', commands: ['/usr/bin/x'] }) ?? '', /not permitted/);
  });

  it('lets no credential plugin run by a policy that contradicts itself', () => {
    const why = (policy: string, commands?: string[]) => refusal('/bin/x', { policy, commands });
    assert.match(
      why('AllowAll', ['x']) ?? '',
      /^misconfigured .*: plugin policy is "AllowAll" but allowlist/,
    );
    assert.match(why('', ['x']) ?? '', /plugin policy is "" but allowlist is non-nil$/);
    assert.match(why('Allowlist') ?? '', /allowlist is unspecified$/);
    assert.match(why('Allowlist', []) ?? '', /allowlist is empty; use "DenyAll" policy instead$/);
    assert.match(why('Allowlist', ['x', '']) ?? '', /empty allowlist entry #2$/);
    assert.equal(why('AllowAll'), undefined);
  });
});
