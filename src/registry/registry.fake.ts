// A registry on a port of loopback for tests, with a directory and a clock of its own, and the requests that tests make of it.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Clock, systemClock } from '../kit/clock.ts';
import { silentLogger } from '../kit/log.ts';
import { systemRandom } from '../kit/random.ts';
import { registryServers } from './doors/servers.ts';
import { userDoor } from './doors/user-door.ts';

import { MEDIA } from './manifests/document.ts';
import { collect } from './storage/collect.ts';
import { Storage } from './storage/storage.ts';

export interface Answered {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface TestRegistry {
  readonly root: string;
  readonly port: number;
  readonly storage: Storage;
  ask(
    method: string,
    path: string,
    body?: string | Buffer,
    headers?: Record<string, string | number>,
  ): Promise<Answered>;
}

export const PASSWORD = 'a password';

export interface TestRegistryOptions {
  readonly root?: string;
  readonly clock?: Clock;
  readonly trustsRoot?: boolean;
}

export async function startTestRegistry(
  t: TestContext,
  options: TestRegistryOptions = {},
): Promise<TestRegistry> {
  const { clock = systemClock, trustsRoot = true } = options;
  const root = options.root ?? temporary(t);
  const storage = new Storage({ root, clock, random: systemRandom });
  await storage.prepare();
  const listener = createServer({ pauseOnConnect: true }, (socket) => servers.takeUser(socket));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const servers = registryServers({
    storage,
    log: silentLogger,
    door: userDoor({ port, password: PASSWORD, trustsRoot }),
    prune: () => collect(storage, { manifest: 0, blob: 0, copy: 0 }),
  });
  t.after(() => {
    servers.close();
    listener.close();
  });
  return { root, port, storage, ask: (...words) => ask(port, ...words) };
}

export function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'registry-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function ask(
  port: number,
  method: string,
  path: string,
  body: string | Buffer = '',
  headers: Record<string, string | number> = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const length = method === 'GET' || method === 'HEAD' ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const options = { host: '127.0.0.1', port, method, path, agent: false };
    const request = http.request({ ...options, headers: { ...length, ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

export const sha256 = (data: string | Buffer): string =>
  `sha256:${createHash('sha256').update(data).digest('hex')}`;

/** Pushes a blob in one request; resolves with its descriptor. */
export async function pushBlob({ ask }: TestRegistry, name: string, data: string) {
  const digest = sha256(data);
  const { status } = await ask('POST', `/v2/${name}/blobs/uploads/?digest=${digest}`, data);
  if (status !== 201) throw new Error(`the push was answered ${status}`);
  return { mediaType: 'application/octet-stream', digest, size: data.length };
}

/** Pushes an image with one layer; resolves with its digest. */
export async function pushImage(registry: TestRegistry, name: string, reference: string, layer: string) {
  const config = await pushBlob(registry, name, '{}');
  const layers = [await pushBlob(registry, name, layer)];
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.manifest, config, layers });
  const at = reference === '' ? sha256(manifest) : reference;
  const type = { 'Content-Type': MEDIA.manifest };
  const { status, body } = await registry.ask('PUT', `/v2/${name}/manifests/${at}`, manifest, type);
  if (status !== 201) throw new Error(`the manifest was answered ${status}: ${body}`);
  return { digest: sha256(manifest), manifest, layer: layers[0]!.digest };
}

/** Waits for something that another request has set going; the test's own time limit ends it. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await systemClock.sleep(5);
}
