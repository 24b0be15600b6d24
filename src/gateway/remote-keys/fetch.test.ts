import assert from 'node:assert/strict';
import type { LookupAddress, lookup } from 'node:dns';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { selfSigned } from '../../cluster/pki/self-signed.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { systemClock } from '../../kit/clock.ts';
import { systemRandom } from '../../kit/random.ts';
import { type FetchOptions, fetchKeySet } from './fetch.ts';
import { isPublic } from './public-address.ts';

const made = selfSigned('keys', ['keys.test'], { clock: systemClock, random: systemRandom });

/** What a name leads to. */
const leadsTo = (...addresses: string[]) =>
  ((_host: string, _options: object, found: (error: null, all: LookupAddress[]) => void) =>
    found(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as typeof lookup;

async function serve(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: (path?: string, host?: string) => string; asked: () => number }> {
  let asked = 0;
  const server = createServer({ cert: made.certificate, key: made.key }, (request, response) => {
    asked++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: (path = '/', host = 'keys.test') => `https://${host}:${port}${path}`, asked: () => asked };
}

const options = {
  clock: systemClock,
  signal: new AbortController().signal,
  authorities: made.certificate,
  isAllowed: () => true,
  resolve: leadsTo('127.0.0.1'),
};

/** Until the time is over that an answer may take. */
async function asking(url: string, more: Omit<FetchOptions, 'clock'>) {
  const clock = new SteppedClock();
  const problem = fetchKeySet(url, { ...more, clock }).then(
    () => 'read',
    (error: Error) => error.message,
  );
  await systemClock.sleep(20);
  return { clock, problem, end: () => clock.step(5_000) };
}

describe('a key set is read', () => {
  it('from a server with a certificate for its name', async (t) => {
    const { url } = await serve(t, (_, response) => response.end('{"keys":[]}'));
    assert.equal(await fetchKeySet(url(), options), '{"keys":[]}');
    const own = {
      clock: systemClock,
      signal: options.signal,
      isAllowed: () => true,
      resolve: options.resolve,
    };
    await assert.rejects(fetchKeySet(url(), own), /self-signed certificate/);
    await assert.rejects(fetchKeySet(url('/', 'other.test'), options), /not in the cert's altnames/);
  });

  it('over https from a host by its name, and from nowhere else', async () => {
    for (const url of [
      'http://keys.test/',
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://[::1]/',
      'https://user:password@keys.test/',
      'file:///etc/passwd',
      'keys',
      '',
    ])
      await assert.rejects(fetchKeySet(url, options), /no https URL with the name of a host/, url);
  });

  it('at public addresses only: no connection is made to others', async (t) => {
    const { url, asked } = await serve(t, (_, response) => response.end('{}'));
    const { isAllowed: _, ...strict } = options;
    for (const addresses of [['127.0.0.1'], ['::1', '10.0.0.1', '169.254.169.254']]) {
      const { end, problem } = await asking(url(), { ...strict, resolve: leadsTo(...addresses) });
      await end();
      assert.match(await problem, /no server with a public address/);
    }
    assert.equal(asked(), 0);
  });

  it('without telling whether a name is there that leads to no public address, neither by words nor by time', async () => {
    const { isAllowed: _, ...strict } = options;
    const missing = ((_host: string, _options: object, found: (error: Error) => void) =>
      found(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))) as typeof lookup;
    const seen: string[] = [];
    for (const resolve of [missing, leadsTo(), leadsTo('10.0.0.1')]) {
      const { clock, end, problem } = await asking('https://keys.test/', { ...strict, resolve });
      let done = false;
      void problem.then(() => {
        done = true;
      });
      await clock.step(4_999);
      await systemClock.sleep(20);
      assert.equal(done, false);
      await end();
      seen.push(await problem);
    }
    assert.equal(new Set(seen).size, 1, seen.join());
  });

  it('without following redirects', async (t) => {
    const { url, asked } = await serve(t, (_, response) =>
      response.writeHead(302, { location: '/keys' }).end(),
    );
    await assert.rejects(fetchKeySet(url(), options), /^Error: its server answers 302$/);
    assert.equal(asked(), 1);
  });

  it('up to 64 KiB', async (t) => {
    const { url } = await serve(t, (_, response) => response.end('x'.repeat(70_000)));
    await assert.rejects(fetchKeySet(url(), options), /more than 65536 bytes/);
  });

  it('within five seconds', async (t) => {
    const clock = new SteppedClock();
    let arrived = () => {};
    const waiting = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { url } = await serve(t, (_, response) => {
      response.write('{');
      arrived();
    });
    const read = assert.rejects(fetchKeySet(url(), { ...options, clock }), /answers for its name in time/);
    await waiting;
    await clock.step(5_000);
    await read;
  });
});

it('public addresses are those of the Internet', () => {
  for (const address of ['8.8.8.8', '172.15.0.1', '100.128.0.1', '2a00:1450::1', '2606:4700::1111'])
    assert.ok(isPublic(address), address);
  for (const address of [
    '0.0.0.0',
    '10.77.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.77.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2001:db8::1',
    '2002:7f00:1::',
    'fd00::1',
    'fe80::1',
    'ff02::1',
    'keys.test',
    '',
  ])
    assert.ok(!isPublic(address), address);
});
