// The proxy's HTTP server: requests that the filter accepts go to the API server with the user's credentials, upgrades, too; below
// another prefix static files are served. Called by command.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pairs, withoutHops } from '../../../kit/http1/hops.ts';
import { InvalidUpgradeError, refuseUpgrade, tunnelUpgrade } from '../../../kit/http1/tunnel.ts';
import { DialError, startRequest } from '../../../kit/http1/upgrade.ts';
import { addressOf, dialing, rawHeaders, type StreamTarget } from '../../streams/target.ts';
import { plain, serveFile } from './files.ts';
import type { FilteredRequest } from './filter.ts';
import { type Prefixes, routeOf } from './paths.ts';

export interface ProxyOptions {
  readonly target: StreamTarget;
  readonly prefixes: Prefixes;
  /** Folder of static files; empty for none. */
  readonly folder: string;
  /** Undefined: everything is accepted. */
  readonly accepts: ((request: FilteredRequest) => boolean) | undefined;
  /** Whether the path of the server's URL is put in front. */
  readonly appendServerPath: boolean;
  readonly log: (text: string) => void;
}

/** Not yet listening. */
export function proxyServer(options: ProxyOptions): Server {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: Error) => {
      options.log(`E Error while proxying request: ${error.message}\n`);
      if (response.headersSent) response.destroy();
      else plain(response, error instanceof DialError ? 502 : 500, `${error.message}\n`);
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(options, request, socket, head).catch((error: Error) => {
      options.log(`E Error while proxying request: ${error.message}\n`);
      const code = error instanceof DialError || error instanceof InvalidUpgradeError ? 502 : 500;
      refuseUpgrade(socket, code, `${error.message}\n`);
    });
  });
  return server;
}

interface Asked {
  /** As it came, still escaped. */
  readonly path: string;
  readonly query: string;
  /** What expressions and folders see. */
  readonly decoded: string;
}

/** Undefined for a path that is no path. */
function asked(url: string): Asked | undefined {
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  if (!path.startsWith('/')) return undefined;
  try {
    return { path, query: question < 0 ? '' : url.slice(question), decoded: decodeURIComponent(path) };
  } catch {
    return undefined;
  }
}

/** The path for the API server, or what is answered in its place. */
type Verdict =
  | { readonly path: string }
  | { readonly code: number; readonly text: string; readonly location?: string }
  | { readonly file: string };

function verdict({ prefixes, accepts, folder }: ProxyOptions, request: IncomingMessage): Verdict {
  const wanted = asked(request.url ?? '');
  if (!wanted) return { code: 400, text: '400 Bad Request\n' };
  const route = routeOf(wanted.path, prefixes);
  if (route.to === 'nowhere') return { code: 404, text: '404 page not found\n' };
  if (route.to === 'redirect') {
    return { code: 307, text: '', location: route.path + wanted.query };
  }
  const path = decodeURIComponent(route.path);
  if (route.to === 'files') return folder ? { file: path } : { code: 404, text: '404 page not found\n' };
  const { method = '', headers } = request;
  if (accepts && !accepts({ method, path, host: headers.host ?? '' }))
    return { code: 403, text: 'Forbidden\n' };
  return { path: route.path + wanted.query };
}

async function answer(
  options: ProxyOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = verdict(options, request);
  if ('file' in found) return await serveFile(options.folder, found.file, request, response);
  if ('code' in found) {
    if (found.location === undefined) return plain(response, found.code, found.text);
    const shown = found.location.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
    response
      .writeHead(found.code, { location: found.location, 'content-type': 'text/html; charset=utf-8' })
      .end(`<a href="${shown}">Temporary Redirect</a>.\n\n`);
    return;
  }
  const outgoing = startRequest({
    ...(await toServer(options, found.path)),
    ...sent(options, request, false),
  });
  response.on('close', () => outgoing.destroy());
  const responded = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on('response', resolve);
    outgoing.on('error', (error) => reject(new DialError({ ...addressOf(options.target), path: '' }, error)));
  });
  const feeding = pipeline(request, outgoing).catch(() => outgoing.destroy());
  const incoming = await responded;
  response.writeHead(incoming.statusCode ?? 502, withoutHops(incoming.rawHeaders, false));
  response.flushHeaders();
  await pipeline(incoming, response).catch(() => response.destroy());
  await feeding;
}

async function upgrade(
  options: ProxyOptions,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const found = verdict(options, request);
  if ('file' in found) return refuseUpgrade(socket, 404, '404 page not found\n');
  if ('code' in found) return refuseUpgrade(socket, found.code, found.text);
  await tunnelUpgrade(
    { request, socket, head },
    { ...(await toServer(options, found.path)), headers: sent(options, request, true).headers },
  );
}

async function toServer({ target, appendServerPath }: ProxyOptions, path: string) {
  const base = appendServerPath ? target.server.pathname.replace(/\/$/, '') : '';
  return { ...addressOf(target), ...(await dialing(target)), path: base + path };
}

function sent({ target }: ProxyOptions, request: IncomingMessage, upgrading: boolean) {
  const own = withoutHops(request.rawHeaders, upgrading);
  const given = new Set(own.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()));
  // Credentials that the caller sends win, as in client-go.
  const ours = pairs(rawHeaders(target)).filter(([name]) => !given.has(name.toLowerCase()));
  return { method: request.method ?? 'GET', headers: [...own, ...ours.flat()] };
}
