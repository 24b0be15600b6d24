import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { PASSWORD, startTestRegistry } from '../registry.fake.ts';
import { peerUser } from './peer-user.ts';

const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`tiphys:${password}`).toString('base64')}`,
});

it('who is not root on this machine brings the password', async (t) => {
  const { ask } = await startTestRegistry(t, { trustsRoot: false });
  const refused = await ask('GET', '/v2/');
  assert.equal(refused.status, 401);
  assert.equal(refused.headers['www-authenticate'], 'Basic realm="tiphys registry"');
  assert.equal((await ask('GET', '/v2/', '', basic('another'))).status, 401);
  assert.equal((await ask('POST', '/v2/app/blobs/uploads/', '')).status, 401);
  assert.equal((await ask('GET', '/v2/', '', basic(PASSWORD))).status, 200);
});

it('root needs none, but a wrong one is refused', { skip: process.getuid?.() !== 0 }, async (t) => {
  const { ask } = await startTestRegistry(t);
  assert.equal((await ask('GET', '/v2/')).status, 200);
  assert.equal((await ask('GET', '/v2/', '', basic('another'))).status, 401);
});

it('a web page is refused, whatever it makes a browser send', async (t) => {
  const { ask, port } = await startTestRegistry(t);
  const attempts: Record<string, string>[] = [
    { origin: 'http://evil.example' },
    { origin: `http://127.0.0.1:${port}` },
    { 'sec-fetch-site': 'same-origin' },
    { host: `evil.example:${port}` },
    { host: '127.0.0.1' },
  ];
  for (const headers of attempts)
    assert.equal((await ask('POST', '/v2/app/blobs/uploads/', '', headers)).status, 403);
  assert.equal((await ask('GET', '/v2/', '', { host: `localhost:${port}` })).status, 200);
});

it('the user of a connection is found by both of its ends', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'peer-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const table = join(directory, 'tcp');
  const line = (local: string, remote: string, state: string, uid: number) =>
    `   1: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 ${uid}        0 1 1 0 20 4 30 10 -1`;
  const lines = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    line('0100007F:1388', '0100007F:ABCD', '01', 0),
    line('0100007F:ABCD', '0100007F:1389', '01', 7),
    line('0100007F:ABCD', '0100007F:1388', '06', 8),
    line('0100007F:ABCD', '0100007F:1388', '01', 1000),
  ];
  writeFileSync(table, lines.join('\n'));
  const ends = { remoteAddress: '127.0.0.1', remotePort: 0xabcd, localPort: 0x1388 };
  assert.equal(await peerUser(ends, table), 1000);
  assert.equal(await peerUser({ ...ends, remotePort: 1 }, table), undefined);
});
