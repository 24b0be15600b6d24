// The access log: lines of JSON about requests and connections, without what is secret in them. And the metrics of both.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { aBackend, aModel, aRoute, ask, backendsOf, openDoor } from '../support/door/door.ts';
import { startEcho } from '../support/door/echo.ts';
import { eventually } from '../support/eventually.ts';

const [ADDRESS, GATEWAY] = ['127.77.217.1', '127.77.217.2'];

test('requests and connections are logged as JSON, whatever they have in them, without queries and credentials', async (t) => {
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  const [door, echo] = await Promise.all([openDoor(ADDRESS, write), startEcho('echo')]);
  t.after(async () => {
    await door.stop();
    echo.close();
  });
  const place = { addresses: [GATEWAY] };
  await door.proxies.apply(
    aModel({
      backends: backendsOf(aBackend('ns_route_0', [echo]), aBackend('tcp_a', [echo])),
      entrances: [
        {
          ...place,
          name: 'gw_80',
          protocol: 'http',
          port: 80,
          listeners: [{ host: '', routes: [aRoute('ns_route_0')] }],
        },
        { ...place, name: 'gw_81', protocol: 'tcp', port: 81, to: 'tcp_a' },
      ],
    }),
  );
  const path = '/a%22%0Ab/%7B?secret=1';
  await ask({ address: GATEWAY, host: 'h.test', path, headers: { authorization: 'Bearer secret' } });
  const socket = connect(81, GATEWAY);
  socket.end('GET / HTTP/1.0\r\n\r\n').resume();
  const lines = await eventually('both lines', () => {
    const found = text.trim().split('\n');
    return found.length === 2 ? found : undefined;
  });
  assert.doesNotMatch(text, /secret/);
  const all = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const request = all.find(({ entrance }) => entrance === 'gw_80')!;
  assert.match(String(request.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(request.endpoint, `127.0.0.1:${echo.port}`);
  const { host, method, path: logged, status, backend, client } = request;
  assert.deepEqual(
    { host, method, logged, status, backend, client },
    {
      host: 'h.test',
      method: 'GET',
      logged: '/a"\nb/{',
      status: 200,
      backend: 'ns_route_0',
      client: '127.0.0.1',
    },
  );
  const connection = all.find(({ entrance }) => entrance === 'gw_81')!;
  assert.equal(connection.backend, 'tcp_a');
  const metrics = await ask({ address: ADDRESS, port: 10_254, path: '/metrics' });
  for (const line of [
    'haproxy_backend_http_requests_total{proxy="ns_route_0"} 1',
    'haproxy_frontend_connections_total{proxy="entrance:gw_81"} 1',
  ])
    assert.ok(metrics.text.split('\n').includes(line), line);
});
