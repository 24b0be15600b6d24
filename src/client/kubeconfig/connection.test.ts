import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { dump } from 'js-yaml';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { type Material, pemOf } from '../transport/material.ts';
import { connectionFrom, connectionOf, inClusterConnection } from './connection.ts';
import { type KubeconfigCluster, type KubeconfigUser, singleContext } from './kubeconfig.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const pem = (material: Material | undefined) => String(pemOf(material!));
const current = (token: string | (() => string) | undefined) =>
  typeof token === 'function' ? token() : token;

describe('the connection of a kubeconfig', () => {
  const directory = mkdtempSync(join(tmpdir(), 'connection-'));
  after(() => rmSync(directory, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return name;
  };
  const config = (cluster: Partial<KubeconfigCluster>, user: KubeconfigUser = {}) =>
    singleContext('c', { server: 'https://10.0.0.1:6443', ...cluster }, user);

  it('has the certificates that are in the file', () => {
    const connection = connectionOf(
      config(
        { 'certificate-authority-data': base64('CA'), 'tls-server-name': 'kubernetes' },
        { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY'), token: 'secret' },
      ),
    );
    assert.deepEqual([connection.ca, connection.cert, connection.key].map(pem), ['CA', 'CERT', 'KEY']);
    assert.deepEqual([connection.serverName, connection.token], ['kubernetes', 'secret']);
    assert.equal(connection.server, 'https://10.0.0.1:6443');
  });

  it('reads certificates that are named by path each time they are asked for, relative to the kubeconfig', () => {
    const user = {
      'client-certificate': file('cert', 'OLD'),
      'client-key': join(directory, file('key', 'KEY')),
    };
    const path = join(directory, 'config');
    writeFileSync(path, dump(config({ 'insecure-skip-tls-verify': true }, user)));
    const connection = connectionFrom(path, { env: {} });
    assert.deepEqual([pem(connection.cert), pem(connection.key)], ['OLD', 'KEY']);
    file('cert', 'RENEWED');
    assert.equal(pem(connection.cert), 'RENEWED');
    assert.equal(connection.insecureSkipVerify, true);
  });

  it('reads a token file again every minute, prefers it to a token, and keeps the last one when it is gone', async () => {
    const clock = new SteppedClock();
    const user = { token: 'fixed', tokenFile: file('token', 'first\n') };
    const { token } = connectionOf(config({}, user), { directory, clock });
    assert.equal(current(token), 'first');
    file('token', 'second\n');
    assert.equal(current(token), 'first');
    await clock.step(60_000);
    assert.equal(current(token), 'second');
    rmSync(join(directory, 'token'));
    await clock.step(60_000);
    assert.equal(current(token), 'second');
  });

  it('names what it does not support instead of trying without it', () => {
    const refused = (cluster: Partial<KubeconfigCluster>, user?: KubeconfigUser) => () =>
      connectionOf(config(cluster, user));
    assert.throws(refused({ 'proxy-url': 'http://proxy' }), /cluster "c": proxy-url is not supported/);
    assert.throws(refused({}, { exec: { command: 'aws' } }), /user "c": exec is not supported/);
    assert.throws(refused({}, { as: 'somebody' }), /user "c": as is not supported/);
    assert.throws(refused({}, { username: 'a', password: 'b' }), /username is not supported/);
  });

  it('names a context or a cluster that does not exist', () => {
    assert.throws(() => connectionOf(config({}), { context: 'other' }), /context "other" does not exist/);
    const broken = { ...config({}), clusters: [] };
    assert.throws(() => connectionOf(broken), /cluster "c" does not exist/);
  });

  it('is what a pod is given when no file is named', () => {
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    file('token', 'of the service account');
    file('ca.crt', 'CA');
    file('namespace', 'kube-system');
    const connection = inClusterConnection(env, directory);
    assert.equal(connection.server, 'https://[fd00::1]:443');
    assert.deepEqual([current(connection.token), pem(connection.ca)], ['of the service account', 'CA']);
    assert.equal(connection.namespace, 'kube-system');
    assert.throws(
      () => connectionFrom(undefined, { env: {} }),
      /KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT/,
    );
  });
});
