// `kubectl proxy`: a server on this machine that leads to the API server with the user's credentials.
import { statSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { resolve } from 'node:path';
import { umask } from 'node:process';
import { hostPort } from '../../../kit/net/host-port.ts';
import { defineCommand } from '../../command/command.ts';
import { boolFlag, durationFlag, intFlag, stringFlag } from '../../command/flag.ts';
import type { Io } from '../../io/io.ts';
import { filterOf } from './filter.ts';
import { proxyServer } from './server.ts';

const DEFAULT_PORT = 8001;

export default defineCommand({
  use: 'proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]',
  long: `Creates a proxy server or application-level gateway between localhost and the Kubernetes API server.

It can serve static files below a path of its own, too. Everything else that its filter accepts goes to the API server with the credentials of the kubeconfig.`,
  examples: `
# All of the API and nothing else
kubectl proxy --api-prefix=/

# A part of the API, and static files: curl localhost:8001/api/v1/pods
kubectl proxy --www=/my/files --www-prefix=/static/ --api-prefix=/api/

# All of the API below a path: curl localhost:8001/custom/api/v1/pods
kubectl proxy --api-prefix=/custom/

# On port 8011, with files of ./local/www/; on a port that is free
kubectl proxy --port=8011 --www=./local/www/
kubectl proxy --port=0`,
  flags: {
    www: stringFlag('', 'Also serve static files from the given directory under the specified prefix.', {
      short: 'w',
    }),
    'www-prefix': stringFlag(
      '/static/',
      'Prefix to serve static files under, if static file directory is specified.',
      { short: 'P' },
    ),
    'api-prefix': stringFlag('/', 'Prefix to serve the proxied API under.'),
    'accept-paths': stringFlag('^.*', 'Regular expression for paths that the proxy should accept.'),
    'reject-paths': stringFlag(
      '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach',
      'Regular expression for paths that the proxy should reject. Paths specified here will be rejected even accepted by --accept-paths.',
    ),
    'accept-hosts': stringFlag(
      '^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$',
      'Regular expression for hosts that the proxy should accept.',
    ),
    'reject-methods': stringFlag(
      '^$',
      "Regular expression for HTTP methods that the proxy should reject (example --reject-methods='POST,PUT,PATCH'). ",
    ),
    port: intFlag(DEFAULT_PORT, 'The port on which to run the proxy. Set to 0 to pick a random port.', {
      short: 'p',
      type: 'int',
    }),
    address: stringFlag('127.0.0.1', 'The IP address on which to serve on.'),
    'disable-filter': boolFlag(
      false,
      'If true, disable request filtering in the proxy. This is dangerous, and can leave you vulnerable to XSRF attacks, when used with an accessible port.',
    ),
    'unix-socket': stringFlag('', 'Unix socket on which to run the proxy.', { short: 'u' }),
    keepalive: durationFlag(
      0,
      '0s',
      'keepalive specifies the keep-alive period for an active network connection. Set to 0 to disable keepalive.',
    ),
    'append-server-path': boolFlag(
      false,
      'If true, enables automatic path appending of the kube context server path to each request.',
    ),
  },
  async run({ flags, io, session }) {
    const target = await session.streamTarget();
    const path = target.server.pathname;
    if (!flags['append-server-path'] && path !== '' && path !== '/')
      io.err(
        `W Your kube context contains a server path ${path}, use --append-server-path to automatically append the path to each request\n`,
      );
    if (flags['disable-filter'] && !flags['unix-socket'])
      io.err('W Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious\n');
    const accepts = flags['disable-filter']
      ? undefined
      : filterOf({
          acceptPaths: flags['accept-paths'],
          rejectPaths: flags['reject-paths'],
          acceptHosts: flags['accept-hosts'],
          rejectMethods: flags['reject-methods'],
        });
    if (flags.port !== DEFAULT_PORT && flags['unix-socket'])
      throw new Error('cannot set --unix-socket and --port at the same time');
    warnOfFolder(flags.www, io);
    const server = proxyServer({
      target,
      prefixes: {
        api: withSlash(flags['api-prefix']),
        statics: withSlash(flags['www-prefix']),
        hasStatics: flags.www !== '',
      },
      folder: flags.www && resolve(io.cwd, flags.www),
      accepts,
      appendServerPath: flags['append-server-path'],
      log: io.err,
    });
    if (flags.keepalive > 0) server.on('connection', (socket) => socket.setKeepAlive(true, flags.keepalive));
    const shown = flags['unix-socket']
      ? await listenUnix(server, resolve(io.cwd, flags['unix-socket']), flags['unix-socket'])
      : await listenTcp(server, flags.address, flags.port);
    io.out(`Starting to serve on ${shown}\n`);
    await aborted(io.signal);
    server.close();
    server.closeAllConnections();
  },
});

const withSlash = (prefix: string): string => (prefix.endsWith('/') ? prefix : `${prefix}/`);

function warnOfFolder(folder: string, { cwd, err }: Io): void {
  if (!folder) return;
  const stats = statSync(resolve(cwd, folder), { throwIfNoEntry: false });
  if (!stats)
    err(`W Failed to stat static file directory ${folder}: stat ${folder}: no such file or directory\n`);
  else if (!stats.isDirectory()) err(`W Static file directory ${folder} is not a directory\n`);
}

function listening(server: Server, start: () => void): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.once('listening', () => {
      server.off('error', failed);
      done();
    });
    start();
  });
}

async function listenTcp(server: Server, host: string, port: number): Promise<string> {
  await listening(server, () => server.listen(port, host)).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EADDRINUSE' ? 'address already in use' : error.message;
    throw new Error(`listen tcp ${hostPort(host, port)}: bind: ${why}`, { cause: error });
  });
  const address = server.address();
  return typeof address === 'object' && address
    ? hostPort(address.address, address.port)
    : hostPort(host, port);
}

/** A socket that nobody but the user may open from its first moment. One that is left there is removed, other files are not. */
async function listenUnix(server: Server, path: string, shown: string): Promise<string> {
  if (statSync(path, { throwIfNoEntry: false })?.isSocket()) unlinkSync(path);
  const before = umask(0o077);
  try {
    await listening(server, () => server.listen(path)).catch((error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'address already in use' : error.message;
      throw new Error(`listen unix ${shown}: bind: ${why}`, { cause: error });
    });
  } finally {
    umask(before);
  }
  return shown;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });
