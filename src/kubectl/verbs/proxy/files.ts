// Static files of one folder, as Go's http.FileServer serves them. A path cannot leave the folder: it is resolved with its links, and
// what is then not below the folder is not found. Called by server.ts.
import { createReadStream, type Stats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.xml': 'text/xml; charset=utf-8',
};

/** Entries of a folder that are listed. */
const MOST_ENTRIES = 10_000;

/** Answers with the file at `path` (no slash in front, clean) below `folder`. */
export async function serveFile(
  folder: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = await resolved(folder, path);
  if (!found) return plain(response, 404, '404 page not found\n');
  if (!found.stats.isDirectory()) return await sendFile(found.path, found.stats, request, response);
  if (path !== '' && !path.endsWith('/')) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    response.writeHead(301, { location: `${encodeURIComponent(name)}/` }).end();
    return;
  }
  const index = await resolved(folder, `${path}index.html`);
  if (index && !index.stats.isDirectory()) return await sendFile(index.path, index.stats, request, response);
  await sendListing(found.path, response);
}

async function resolved(folder: string, path: string): Promise<{ path: string; stats: Stats } | undefined> {
  if (path.includes('\0')) return undefined;
  try {
    const root = await realpath(folder);
    const real = await realpath(join(root, path));
    if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
    const stats = await stat(real);
    return stats.isFile() || stats.isDirectory() ? { path: real, stats } : undefined;
  } catch {
    return undefined;
  }
}

async function sendFile(
  path: string,
  stats: Stats,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, {
    'content-type': TYPES[extname(path).toLowerCase()] ?? (await sniffed(path)),
    'content-length': stats.size,
    'last-modified': stats.mtime.toUTCString(),
  });
  if (request.method === 'HEAD') return void response.end();
  // No more than the length that was announced, should the file grow meanwhile.
  const end = Math.max(0, stats.size - 1);
  if (stats.size === 0) return void response.end();
  await pipeline(createReadStream(path, { end }), response).catch(() => response.destroy());
}

/** A file without a known ending is text if its first bytes are. */
async function sniffed(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const isText = buffer
      .subarray(0, bytesRead)
      .every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d && byte !== 0x0b) || byte === 0x1b);
    return isText ? 'text/plain; charset=utf-8' : 'application/octet-stream';
  } finally {
    await file.close();
  }
}

async function sendListing(path: string, response: ServerResponse): Promise<void> {
  const entries = (await readdir(path, { withFileTypes: true })).slice(0, MOST_ENTRIES);
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  const lines = names.map(
    (name) => `<a href="${encodeURI(name).replaceAll('"', '%22')}">${escaped(name)}</a>\n`,
  );
  const body = `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${lines.join('')}</pre>\n`;
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(body);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ESCAPES[char]!);

export function plain(response: ServerResponse, code: number, text: string): void {
  response
    .writeHead(code, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
    .end(text);
}
