// The site on the loopback, for looking at it: only what was built is served, from memory.
import { createServer, type Server } from 'node:http';
import { extname } from 'node:path';
import { CONTENT_POLICY } from './page/layout.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.txt': 'text/plain; charset=utf-8',
};

export function serve(files: ReadonlyMap<string, string | Buffer>): Server {
  return createServer(({ url = '/', method }, response) => {
    const path = (url.split(/[?#]/, 1)[0] ?? '').slice(1) || 'index.html';
    const content = method === 'GET' || method === 'HEAD' ? files.get(path) : undefined;
    if (content === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'content-security-policy': CONTENT_POLICY,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    response.end(method === 'HEAD' ? undefined : content);
  });
}
