// GET /logs/…: the files of the node's log directory, as a plain file server: directories as links. Links are not
// followed, since pods with a hostPath may write there.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { inside, type NodeFiles, type NodePath, nodePath, type OpenFile } from '../files/node-files.ts';
import { HttpFailure } from './failure.ts';

const BLOCK = 64 * 1024;

export async function serveNodeLogs(
  files: NodeFiles,
  directory: string | undefined,
  path: string,
  response: ServerResponse,
): Promise<void> {
  if (!directory) throw new HttpFailure(404, 'logs endpoint is disabled.');
  const names = path.split('/').filter((name) => name !== '');
  const place = nodePath(directory, ...names);
  const found = names.includes('..') ? undefined : await files.stat(place).catch(() => undefined);
  if (found?.type === 'directory') return list(files, place, response);
  if (found?.type !== 'file') throw new HttpFailure(404, '404 page not found');
  const file = await files.open(place);
  try {
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': found.size });
    await pipeline(Readable.from(blocks(file, found.size), { objectMode: true }), response).catch(() => {});
  } finally {
    await file.close();
  }
}

/** The first `size` bytes: what is written meanwhile would exceed the Content-Length. */
async function* blocks(file: OpenFile, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const block = Buffer.allocUnsafe(Math.min(BLOCK, size - at));
    const bytes = await file.read(block, at);
    if (bytes === 0) return;
    at += bytes;
    yield block.subarray(0, bytes);
  }
}

async function list(files: NodeFiles, directory: NodePath, response: ServerResponse): Promise<void> {
  const names: string[] = [];
  for (const name of await files.list(directory)) {
    const type = (await files.stat(inside(directory, name)))?.type;
    names.push(type === 'directory' ? `${name}/` : name);
  }
  const htmlText = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const links = names.map((name) => `<a href="${encodeURI(name)}">${htmlText(name)}</a>\n`);
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(`<!doctype html>\n<pre>\n${links.join('')}</pre>\n`);
}
