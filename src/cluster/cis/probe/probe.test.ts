// Probes find what they are for: each is shown something that is as it should be, and something that is not.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { systemClock } from '../../../kit/clock.ts';
import { systemRandom } from '../../../kit/random.ts';
import { SERVER_TLS } from '../../../kit/tls.ts';
import { selfSigned } from '../../pki/self-signed.ts';
import { below, modeAtMost, ownedBy } from './files.ts';
import { handshake } from './https.ts';
import { listenersOf, openFiles } from './processes.ts';
import { weaknesses } from './tls.ts';

const directory = mkdtempSync(join(tmpdir(), 'cis-'));
after(() => rmSync(directory, { recursive: true }));

async function withTls(options: TlsOptions, check: (port: number) => Promise<void>): Promise<void> {
  const { certificate, key } = selfSigned('test', ['localhost'], {
    clock: systemClock,
    random: systemRandom,
  });
  const server = createTlsServer({ cert: certificate, key, ...options }, (socket) =>
    socket.on('error', () => {}),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await check((server.address() as AddressInfo).port);
  server.close();
}

test('modes and owners of files', () => {
  const file = join(directory, 'secret.key');
  writeFileSync(file, '');
  chmodSync(file, 0o600);
  assert.equal(modeAtMost([file], 0o600).verdict, 'PASS');
  assert.equal(modeAtMost([file], 0o400).verdict, 'FAIL');
  chmodSync(file, 0o640);
  assert.deepEqual(modeAtMost([file], 0o600), { verdict: 'FAIL', reason: `${file} has mode 640` });
  const [uid, gid] = [process.getuid!(), process.getgid!()];
  assert.equal(ownedBy([file], uid, gid).verdict, 'PASS');
  assert.equal(ownedBy([file], uid + 1, gid).verdict, 'FAIL');
  assert.deepEqual(below(directory, '.key'), [file]);
  assert.deepEqual(below(directory, '.crt'), []);
});

test('where a process listens, and what it has open', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  assert.ok(listenersOf(process.pid).some((one) => one.address === '127.0.0.1' && one.port === port));
  server.close();
  await systemClock.turn();
  assert.ok(!listenersOf(process.pid).some((one) => one.port === port));
  const file = join(directory, 'open');
  openSync(file, 'w');
  assert.ok(openFiles(process.pid).includes(file));
});

test('weak ciphers and versions of a TLS server', async () => {
  await withTls(SERVER_TLS, async (port) => {
    assert.deepEqual(await weaknesses({ host: '127.0.0.1', port }), []);
  });
  await withTls({ ciphers: 'ALL', minVersion: 'TLSv1.2' }, async (port) => {
    assert.match((await weaknesses({ host: '127.0.0.1', port })).join(), /agrees to ECDHE-ECDSA-AES128-SHA/);
  });
  await withTls({ ciphers: 'ALL:@SECLEVEL=0', minVersion: 'TLSv1' }, async (port) => {
    assert.match((await weaknesses({ host: '127.0.0.1', port })).join(), /agrees to TLSv1\.1/);
  });
});

test('a server without TLS is not mistaken for a good one', async () => {
  const server = createServer((socket) => socket.end('no\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  assert.equal(await handshake({ host: '127.0.0.1', port }), undefined);
  assert.deepEqual(await weaknesses({ host: '127.0.0.1', port }), ['speaks no TLS at all']);
  server.close();
});
