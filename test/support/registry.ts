// A registry to pull from: serves built images over plain http on an address of the test's choice, with basic
// authentication if wanted. Pull only.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ImageContent } from '../../src/cri/image/content.ts';

export interface TestRegistry {
  /** host:port, to put before an image's name. */
  host: string;
  url: string;
  /** Requests answered so far, as `GET /v2/…`. */
  requests: string[];
  close(): Promise<void>;
}

export interface TestRegistryOptions {
  address: string;
  /** Any free one when left out. */
  port?: number;
  /** Repository with tag (`library/busybox:1`) → image. */
  images: Readonly<Record<string, ImageContent>>;
  credentials?: { username: string; password: string };
}

export async function startRegistry(options: TestRegistryOptions): Promise<TestRegistry> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    void serve(options, request, response);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, options.address, resolve));
  const host = `${options.address}:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { host, url: `http://${host}`, requests, close };
}

async function serve(
  { images, credentials }: TestRegistryOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const expected =
    credentials &&
    `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  if (expected && request.headers.authorization !== expected) {
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
    return;
  }
  const path = new URL(request.url ?? '/', 'http://x').pathname;
  const match = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path);
  const found = match && find(images, match[1]!, match[2]!, match[3]!);
  if (!found) {
    response.writeHead(path === '/v2/' ? 200 : 404).end();
    return;
  }
  const body = Buffer.concat(await Array.fromAsync(found.image.blobs.get(found.digest)!.chunks()));
  response.writeHead(200, {
    'Content-Type': found.type,
    'Content-Length': body.length,
    'Docker-Content-Digest': found.digest,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function find(images: TestRegistryOptions['images'], repository: string, kind: string, reference: string) {
  for (const [name, image] of Object.entries(images)) {
    if (name.slice(0, name.lastIndexOf(':')) !== repository) continue;
    const tagged = kind === 'manifests' && name.endsWith(`:${reference}`);
    if (tagged) return { image, digest: image.manifest.digest, type: image.manifest.mediaType };
    if (!image.blobs.has(reference)) continue;
    const type = kind === 'manifests' ? image.manifest.mediaType : 'application/octet-stream';
    return { image, digest: reference, type };
  }
  return undefined;
}
