import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { dump } from 'js-yaml';
import type { ExecConfig, KubeconfigUser } from '../../../client/kubeconfig/kubeconfig.ts';
import { fakeIo, runWords } from '../../testing/kubectl.fake.ts';
import { targetOf } from '../target.ts';
import { execCredential } from './exec-credential.ts';

const API = 'client.authentication.k8s.io/v1';
const answer = JSON.stringify({ kind: 'ExecCredential', apiVersion: API, status: { token: 'of-plugin' } });
const plugin = (interactiveMode: string, printed = answer): ExecConfig =>
  ({ apiVersion: API, command: 'echo', args: [printed], interactiveMode }) as ExecConfig;
const cluster = { server: 'https://127.0.0.1:1' };
const atTerminal = {
  ...fakeIo({ cwd: tmpdir(), env: { PATH: process.env.PATH ?? '' } }).io,
  terminal: {
    stdinIsTty: true,
    stdoutIsTty: true,
    setRaw() {},
    size: () => undefined,
    onResize: () => () => {},
  },
};

describe('credential plugins', () => {
  const authorizationOf = async (user: KubeconfigUser) => {
    const target = await targetOf({ cluster, user } as Parameters<typeof targetOf>[0], atTerminal, {
      userAgent: 'test',
    });
    return target.headers.authorization;
  };
  const exec = plugin('Never');

  it('say who the user is where nothing else does', async () => {
    assert.equal(await authorizationOf({ exec }), 'Bearer of-plugin');
    assert.equal(await authorizationOf({ exec, token: 'own' }), 'Bearer own');
    assert.match(String(await authorizationOf({ exec, username: 'u', password: 'p' })), /^Basic /);
    const pem = Buffer.from('PEM').toString('base64');
    const withCertificate = { exec, 'client-certificate-data': pem, 'client-key-data': pem };
    assert.equal(await authorizationOf(withCertificate), undefined);
  });

  it('cannot ask where standard input is no terminal, or is read by the command', async () => {
    const refused = (io: typeof atTerminal, taken: boolean, why: RegExp) =>
      assert.rejects(execCredential(plugin('Always'), cluster, io, taken), why);
    await refused(
      { ...atTerminal, terminal: { ...atTerminal.terminal, stdinIsTty: false } },
      false,
      /is not a terminal$/,
    );
    await refused(atTerminal, true, /is unavailable: used by stdin resource manifest reader$/);
    assert.equal((await execCredential(plugin('Always'), cluster, atTerminal)).token, 'of-plugin');
    assert.equal((await execCredential(plugin('IfAvailable'), cluster, atTerminal, true)).token, 'of-plugin');
  });

  it('that print something else are told of', async () => {
    await assert.rejects(
      execCredential(plugin('Never', 'CHANGELOG'), cluster, atTerminal),
      /^Error: getting credentials: decoding stdout: couldn't get version\/kind; json parse error: /,
    );
  });

  describe('in a kubeconfig file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubectl-exec-'));
    after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'config');
    const context = { name: 'c', context: { cluster: 'c', user: 'u' } };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster }],
      contexts: [context],
      users: [{ name: 'u', user: { exec: plugin('Always') } }],
      'current-context': 'c',
    };
    const run = (words: string, stdin = '') =>
      runWords(words.split(' '), { cwd: folder, env: { KUBECONFIG: file, HOME: folder }, stdin });
    const object = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } });

    it('do not take the objects that a command reads', async () => {
      writeFileSync(file, dump(config));
      for (const [words, stdin] of [
        ['apply -f -', object],
        ['replace -f - --force', object],
        ['set env deployment/d -', 'A=b'],
      ] as const)
        assert.match((await run(words, stdin)).stderr, /used by stdin resource manifest reader/, words);
    });

    it('of another version are not read', async () => {
      writeFileSync(file, dump({ ...config, apiVersion: 'v-1' }));
      const { code, stderr } = await run('get pods');
      assert.equal(code, 1);
      assert.match(
        stderr,
        /error loading config file ".*": no kind "Config" is registered for version "v-1"/,
      );
    });
  });
});
