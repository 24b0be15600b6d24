import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { createLogger } from '../../kit/log.ts';
import { openPortMappings } from './port-mappings.ts';

const log = createLogger({ level: 'error', now: () => systemClock.now(), write: () => {} });
const tools = { clock: systemClock, log };

async function listening(): Promise<net.Server & { port: number }> {
  const server = net.createServer((socket) => socket.end('hello'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

test('a port of the machine leads to a port of the node; one that is taken is an error at the first start only', async (t) => {
  const [node, taken] = [await listening(), await listening()];
  const free = await listening();
  await new Promise((resolve) => free.close(resolve));
  t.after(() => [node, taken].map((server) => server.close()));
  const mapping = (hostPort: number) => ({
    hostPort,
    nodePort: node.port,
    listenAddress: '127.0.0.1',
    protocol: 'TCP' as const,
  });
  const nodeOf = (...portMappings: ReturnType<typeof mapping>[]) => [
    { name: 'n', address: '127.0.0.1', portMappings },
  ];
  const ports = await openPortMappings(nodeOf(mapping(free.port)), { strict: true, ...tools });
  const client = net.connect(free.port, '127.0.0.1');
  let text = '';
  for await (const chunk of client) text += chunk;
  assert.equal(text, 'hello');
  ports.close();
  const both = nodeOf(mapping(free.port), mapping(taken.port));
  await assert.rejects(
    openPortMappings(both, { strict: true, ...tools }),
    new RegExp(`127.0.0.1 TCP ${taken.port} cannot be opened`),
  );
  const after = await openPortMappings(both, { strict: false, ...tools });
  after.close();
});
