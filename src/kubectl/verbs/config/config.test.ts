// What the config verbs print and write; the texts are those of the original.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runWords } from '../../testing/kubectl.fake.ts';

describe('kubectl config', () => {
  let home: string;
  let kubeconfig: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kubectl-config-'));
    kubeconfig = join(home, 'config');
  });
  afterEach(() => rmSync(home, { recursive: true }));
  const config = (words: string, files = kubeconfig) =>
    runWords(['config', ...words.split(' ')], { cwd: home, env: { HOME: home, KUBECONFIG: files } });
  const printed = async (words: string, files?: string) => {
    const { stdout, stderr } = await config(words, files);
    return stdout + stderr;
  };

  it('makes a file with a cluster, a user and a context, and switches to it', async () => {
    assert.equal(await printed('set-cluster e2e --server=https://1.2.3.4'), 'Cluster "e2e" set.\n');
    assert.equal(await printed('set-credentials u --token=t'), 'User "u" set.\n');
    assert.equal(await printed('set-context c --cluster=e2e --user=u'), 'Context "c" created.\n');
    assert.equal(await printed('set-context c --namespace=web'), 'Context "c" modified.\n');
    assert.equal(await printed('use-context c'), 'Switched to context "c".\n');
    assert.equal(
      readFileSync(kubeconfig, 'utf8'),
      `apiVersion: v1
clusters:
- cluster:
    server: https://1.2.3.4
  name: e2e
contexts:
- context:
    cluster: e2e
    namespace: web
    user: u
  name: c
current-context: c
kind: Config
users:
- name: u
  user:
    token: t
`,
    );
    assert.equal(
      await printed('get-contexts'),
      'CURRENT   NAME   CLUSTER   AUTHINFO   NAMESPACE\n*         c      e2e       u          web\n',
    );
    assert.match(await printed('view'), /\n {4}token: REDACTED\n/);
    assert.match(await printed('view --raw'), /\n {4}token: t\n/);
  });

  it('changes an entry in the file that has it, and makes new ones in the first file', async () => {
    const second = join(home, 'second');
    await config('set-cluster there --server=https://1', second);
    await config('set-cluster here --server=https://2');
    const both = `${kubeconfig}:${second}`;
    await config('set-cluster there --server=https://3', both);
    await config('set-cluster new --server=https://4', both);
    await config('delete-cluster here', both);
    assert.match(readFileSync(second, 'utf8'), /https:\/\/3/);
    assert.doesNotMatch(readFileSync(second, 'utf8'), /new/);
    assert.match(readFileSync(kubeconfig, 'utf8'), /https:\/\/4/);
    assert.doesNotMatch(readFileSync(kubeconfig, 'utf8'), /https:\/\/2|there/);
  });

  it('renames the current context, and warns when it is deleted', async () => {
    await config('set-context a --user=u');
    await config('use-context a');
    assert.equal(await printed('rename-context a b'), 'Context "a" renamed to "b".\n');
    assert.equal(await printed('current-context'), 'b\n');
    assert.equal(
      await printed('rename-context a b'),
      `error: cannot rename the context "a", it's not in ${kubeconfig}\n`,
    );
    const { stdout, stderr } = await config('delete-context b');
    assert.equal(stdout, `deleted context b from ${kubeconfig}\n`);
    assert.match(stderr, /^warning: this removed your active context/);
  });

  it('sets and unsets properties whose names have dots', async () => {
    await config('set clusters.10.0.0.1.insecure-skip-tls-verify true');
    assert.match(
      readFileSync(kubeconfig, 'utf8'),
      /insecure-skip-tls-verify: true\n {4}server: ""\n {2}name: 10\.0\.0\.1\n/,
    );
    assert.equal(
      await printed('unset clusters.10.0.0.1.insecure-skip-tls-verify'),
      'Property "clusters.10.0.0.1.insecure-skip-tls-verify" unset.\n',
    );
    assert.doesNotMatch(readFileSync(kubeconfig, 'utf8'), /insecure/);
    assert.equal(await printed('unset clusters.x.server'), 'error: current map key `x` is invalid\n');
    assert.equal(
      await printed('set users.u.client-key-data abc'),
      'error: error decoding input value: illegal base64 data at input byte 0\n',
    );
    await config('set users.u.client-key-data abc --set-raw-bytes');
    assert.match(readFileSync(kubeconfig, 'utf8'), /client-key-data: YWJj\n/);
  });

  it('keeps paths relative to the file, embeds files on request, and flattens', async () => {
    writeFileSync(join(home, 'ca.crt'), 'CA');
    await config('set-cluster path --certificate-authority=ca.crt');
    await config('set-cluster data --certificate-authority=ca.crt --embed-certs');
    assert.match(readFileSync(kubeconfig, 'utf8'), /certificate-authority: ca\.crt\n/);
    assert.match(readFileSync(kubeconfig, 'utf8'), /certificate-authority-data: Q0E=\n/);
    assert.doesNotMatch(await printed('view --flatten'), /certificate-authority:/);
    assert.equal(
      await printed('set-cluster x --certificate-authority=none --embed-certs'),
      'error: could not stat certificate-authority file none: stat none: no such file or directory\n',
    );
  });

  it('refuses what it cannot do, and leaves the file alone', async () => {
    assert.equal(await printed('current-context'), 'error: current-context is not set\n');
    assert.equal(await printed('use-context nope'), 'error: no context exists with the name: "nope"\n');
    assert.equal(await printed('view --minify'), 'error: current-context must exist in order to minify\n');
    assert.equal(
      (await config('nope')).stderr,
      'error: unknown command "nope"\nSee \'kubectl config -h\' for help and examples\n',
    );
    assert.equal(existsSync(kubeconfig), false);
    writeFileSync(`${kubeconfig}.lock`, '');
    assert.equal((await config('set-cluster a --server=b')).code, 1);
    assert.equal(existsSync(kubeconfig), false);
  });
});
