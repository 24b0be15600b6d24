// 20,000 requests while routes, endpoints and certificates change, over http and https, kept connections and new ones: none fails.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DoorModel } from '../../src/gateway/model/model.ts';
import { testAuthority } from '../support/door/certificates.ts';
import { aBackend, aModel, aRoute, backendsOf, openDoor, type TestDoor } from '../support/door/door.ts';
import { type Echo, startEcho } from '../support/door/echo.ts';
import { startLoad } from '../support/door/load.ts';

const [ADDRESS, GATEWAY] = ['127.77.215.1', '127.77.215.2'];
const REQUESTS = 20_000;
const authority = testAuthority('door');
const certificates = [authority.issue('first'), authority.issue('second')];

let door: TestDoor;
let echoes: Echo[];

/** What changes from one to the next: endpoints each time, a certificate every second, routes every third time. */
function model(i: number): DoorModel {
  const certificate = certificates[(i >> 1) % 2]!;
  const extra = Array.from({ length: Math.floor(i / 3) % 4 }, (_, n) =>
    aRoute('more_a', { path: `/more/${n}` }),
  );
  const routes = [
    aRoute('echo_a', {
      branches: [{ when: [{ header: 'x-other', value: '1' }], to: 'more_a' }],
    }),
    ...extra,
  ];
  const name = 'own';
  return aModel({
    backends: backendsOf(aBackend('echo_a', i % 2 ? echoes : echoes.slice(0, 1)), aBackend('more_a', echoes)),
    routes,
    certificates: [{ name, hosts: ['own.test'], pem: certificate.pem }],
    entrances: [
      { name: 'gw_80', protocol: 'http', addresses: [GATEWAY], port: 80, listeners: [{ host: '', routes }] },
      {
        name: 'gw_443',
        protocol: 'tls',
        addresses: [GATEWAY],
        port: 443,
        listeners: [
          {
            host: '',
            // biome-ignore lint/suspicious/noThenProperty: it is no function
            then: { kind: 'https', certificates: [{ name, hosts: [], pem: certificate.pem }], routes },
          },
        ],
      },
    ],
  });
}

before(async () => {
  [door, echoes] = await Promise.all([openDoor(ADDRESS), Promise.all([startEcho('a'), startEcho('b')])]);
  await door.proxies.apply(model(0));
});
after(async () => {
  await door?.stop();
  for (const echo of echoes ?? []) echo.close();
});

test('no request fails while routes, endpoints and certificates change', async () => {
  const load = startLoad(
    [ADDRESS, GATEWAY].flatMap((address) => [
      { address },
      { address, kept: true },
      { address, kept: true, headers: { 'x-other': '1' } },
      { address, kept: true, tls: 'own.test' },
      { address, kept: true, tls: 'own.test' },
    ]),
  );
  let changes = 0;
  while (load.asked < REQUESTS) await door.proxies.apply(model(++changes));
  await load.stop();
  assert.deepEqual(load.failures, [], `of ${load.asked} in ${changes} changes`);
  assert.ok(changes >= 10, `${changes} changes`);
});
