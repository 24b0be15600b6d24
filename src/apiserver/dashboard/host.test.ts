import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { it } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { systemRandom } from '../../kit/random.ts';
import type { Authenticator } from '../authn/authenticator.ts';
import type { ApiRequest, UpgradeReply } from '../request.ts';
import type { ProxyCaller } from '../tunnel/caller.ts';
import { dashboardHost } from './host.ts';

const USER = { name: 'eve', groups: [] };
const request = (path: string): ApiRequest => ({
  method: 'GET',
  path,
  query: new URLSearchParams({ tail: '1' }),
  headers: { accept: 'text/plain' },
  body: async () => Buffer.alloc(0),
});

/** What another server would see of a request that a browser has sent with all it has. */
async function passedOn(path: string) {
  const seen: { url: string | undefined; raw: readonly string[]; headers?: object }[] = [];
  const reply: UpgradeReply = {
    proxy: async ({ url, headers }) => void seen.push({ url, raw: headers }),
    tunnel: async ({ request: { url, rawHeaders, headers } }) =>
      void seen.push({ url, raw: rawHeaders, headers }),
  };
  const host = dashboardHost({
    ...{ clock: systemClock, random: systemRandom, secret: () => '', handle: () => reply },
    authenticator: {} as Authenticator,
    usage: async () => ({ nodes: new Map(), pods: new Map() }),
  });
  const raw = ['Cookie', 'tiphys-dashboard-0=secret', 'X-Tiphys-Dashboard', 'key', 'Accept', '*/*'];
  const url = `/dashboard/api${path}?tail=1`;
  const answered = (await host.handle(request(path), USER)) as UpgradeReply;
  await answered.proxy({ url, headers: raw } as Partial<ProxyCaller> as ProxyCaller);
  const incoming = { url, rawHeaders: raw, headers: { cookie: 'secret' } } as IncomingMessage;
  await answered.tunnel({ request: incoming, socket: new PassThrough(), head: Buffer.alloc(0) });
  return seen;
}

it('other servers see nothing of the session', async () => {
  const path = '/apis/remote.io/v1/widgets';
  const raw = ['accept', 'text/plain'];
  assert.deepEqual(await passedOn(path), [
    { url: `${path}?tail=1`, raw },
    { url: `${path}?tail=1`, raw, headers: { accept: 'text/plain' } },
  ]);
});
