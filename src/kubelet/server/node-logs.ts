// GET /logs/…: the files of the node's log folder, as a plain file server: folders as links, nothing outside the folder.
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HttpFailure } from './failure.ts';

export async function serveNodeLogs(
  directory: string | undefined,
  path: string,
  response: ServerResponse,
): Promise<void> {
  if (!directory) throw new HttpFailure(404, 'logs endpoint is disabled.');
  const file = await inside(directory, path);
  const info = await stat(file);
  if (info.isDirectory()) return list(file, response);
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': info.size });
  await pipeline(createReadStream(file, { end: Math.max(0, info.size - 1) }), response).catch(() => {});
}

async function inside(directory: string, path: string): Promise<string> {
  const missing = () => new HttpFailure(404, '404 page not found');
  const root = await realpath(directory).catch(() => Promise.reject(missing()));
  const file = await realpath(join(root, path)).catch(() => Promise.reject(missing()));
  if (file !== root && !file.startsWith(root + sep)) throw missing();
  return file;
}

async function list(directory: string, response: ServerResponse): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  const htmlText = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const links = names.map((name) => `<a href="${encodeURI(name)}">${htmlText(name)}</a>\n`);
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(`<!doctype html>\n<pre>\n${links.join('')}</pre>\n`);
}
