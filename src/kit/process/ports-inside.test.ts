import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { portsInside } from './ports-inside.ts';

test('sockets that another process has opened are served by this one, and failures are told in order', async () => {
  const [taken, open] = await portsInside(
    ['env'],
    [
      { address: '192.0.2.1', port: 80 },
      { address: '127.0.0.1', port: 0 },
    ],
  );
  assert.match(String(taken), /EADDRNOTAVAIL/);
  assert.ok(open instanceof net.Server);
  const server = net.createServer((socket) => socket.end('from here'));
  await new Promise<void>((resolve) => server.listen(open, resolve));
  const { port } = open.address() as net.AddressInfo;
  const said = await new Promise((resolve, reject) => {
    net
      .connect({ host: '127.0.0.1', port })
      .on('data', (data) => resolve(String(data)))
      .on('error', reject);
  });
  assert.equal(said, 'from here');
  server.close();
});

test('a command that cannot run is told for every port', async () => {
  const [one] = await portsInside(['/nowhere/at-all'], [{ address: '127.0.0.1', port: 0 }]);
  assert.match(String(one), /ENOENT/);
});
