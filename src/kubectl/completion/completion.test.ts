// What shells are told, and that bash understands it.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { exec } from '../../kit/exec.ts';
import { type KubectlServer, runWords, startKubectlServer } from '../testing/kubectl.fake.ts';

describe('completion', () => {
  let kubectl: KubectlServer;
  before(async () => {
    kubectl = await startKubectlServer();
    for (const name of ['a', 'b'])
      await kubectl.client.create(ConfigMap, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'default' },
      });
  });
  after(() => kubectl.stop());
  const ask = async (...words: string[]) =>
    (await kubectl.run(['__completeNoDesc', ...words])).stdout.trimEnd().split('\n');

  it('offers commands, subcommands and flags', async () => {
    assert.deepEqual(await ask('vers'), ['version', ':4']);
    assert.deepEqual(await ask('config', 'get-'), ['get-clusters', 'get-contexts', 'get-users', ':4']);
    assert.deepEqual(await ask('get', '--out'), ['--output', '--output-watch-events', ':4']);
    assert.deepEqual(await ask('get', '--output=json', '--outp'), ['--output-watch-events', ':4']);
    const { stdout } = await kubectl.run(['__complete', 'vers']);
    assert.equal(stdout, 'version\tPrint the client and server version information\n:4\n');
  });

  it('offers types and names of the server', async () => {
    assert.deepEqual(await ask('get', 'configm'), ['configmaps', ':4']);
    assert.deepEqual(await ask('get', 'cm,secr'), ['cm,secrets', ':4']);
    assert.deepEqual(await ask('get', 'cm', ''), ['a', 'b', ':4']);
    assert.deepEqual(await ask('get', 'cm', 'a', ''), ['b', ':4']);
    assert.deepEqual(await ask('get', 'cm/'), ['cm/a', 'cm/b', ':4']);
    assert.deepEqual(await ask('get', 'cm/a', 'secr'), ['secrets/', ':6']);
    assert.deepEqual(await ask('-n', 'kube-system', 'get', 'cm', 'a'), [':4']);
  });

  it('offers values of flags', async () => {
    assert.deepEqual(await ask('-n', 'kube-p'), ['kube-public', ':4']);
    assert.deepEqual(await ask('get', '--namespace=kube-p'), ['kube-public', ':4']);
    assert.deepEqual(await ask('--context', ''), ['test', ':4']);
    assert.deepEqual(await ask('get', '-o', 'jsonpath-'), ['jsonpath-as-json', 'jsonpath-file', ':4']);
    assert.deepEqual(await ask('get', '-f', ''), ['json', 'yaml', 'yml', ':8']);
    assert.deepEqual(await ask('get', '--template', ''), [':0']);
  });

  it('is silent when the server cannot be reached', async () => {
    const { code, stdout, stderr } = await runWords(['__complete', '-s', 'http://127.0.0.1:1', 'get', 'po']);
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: ':4\n', stderr: '' });
  });

  it('gives bash a script that completes with it', async () => {
    const { stdout: script } = await runWords(['completion', 'bash']);
    const program = join(kubectl.home, 'kubectl');
    writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "asked:$*" one two ":4"\n');
    chmodSync(program, 0o755);
    const asking = `${script}
COMP_LINE="kubectl get cm o" COMP_POINT=16
compopt() { echo "compopt $*"; }
PATH=${kubectl.home}:$PATH
__start_kubectl
printf '%s\\n' "\${COMPREPLY[@]}"`;
    assert.equal(await exec(['bash', '-c', asking]), 'one\n');
    await assert.rejects(exec(['bash', '-n', '-c', 'if']));
  });

  it('refuses a shell that it does not know', async () => {
    assert.equal(
      (await runWords(['completion'])).stderr,
      "error: Shell not specified.\nSee 'kubectl completion -h' for help and examples\n",
    );
    assert.match(
      (await runWords(['completion', 'tcsh'])).stderr,
      /^error: Unsupported shell type "tcsh"\.\n/,
    );
  });
});

describe('plugins', () => {
  let kubectl: KubectlServer;
  let path: string;
  before(async () => {
    kubectl = await startKubectlServer();
    path = join(kubectl.home, 'bin');
    mkdirSync(path);
    const script = (name: string, mode = 0o755) => {
      writeFileSync(join(path, name), `#!/bin/sh\necho "${name} $*"\nexit 3\n`);
      chmodSync(join(path, name), mode);
    };
    script('kubectl-foo');
    script('kubectl-foo-bar_baz');
    script('kubectl-version');
    script('kubectl-create-thing');
    script('kubectl-dull', 0o644);
  });
  after(() => kubectl.stop());
  const run = (...words: string[]) =>
    runWords(words, { cwd: kubectl.home, env: { PATH: `${path}:/bin:/usr/bin`, HOME: kubectl.home } });

  it('runs the one with the longest name, with the words behind it and its exit code', async () => {
    assert.deepEqual(await run('foo', 'bar-baz', 'x', '--y'), {
      code: 3,
      stdout: 'kubectl-foo-bar_baz x --y\n',
      stderr: '',
    });
    assert.deepEqual(await run('foo', 'other'), { code: 3, stdout: 'kubectl-foo other\n', stderr: '' });
    assert.deepEqual(await run('create', 'thing', 'x'), {
      code: 3,
      stdout: 'kubectl-create-thing x\n',
      stderr: '',
    });
    assert.match((await run('version', '--client')).stdout, /^Client Version/);
    assert.equal((await run('dull')).code, 1);
  });

  it('lists them with warnings', async () => {
    const { code, stdout, stderr } = await run('plugin', 'list', '--name-only');
    assert.equal(code, 1);
    assert.match(stdout, /^The following compatible plugins are available:\n\n/);
    assert.match(stderr, /kubectl-version overwrites existing command: "kubectl version"/);
    assert.match(stderr, /kubectl-dull identified as a kubectl plugin, but it is not executable/);
    assert.match(stderr, /error: 3 plugin warnings were found\n$/);
  });
});
