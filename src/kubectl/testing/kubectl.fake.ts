// Runs commands in the test's process: against an API server on 127.0.0.1 with a store in memory, or against none.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { RestClient } from '../../client/rest/rest-client.ts';
import { HttpsTransport } from '../../client/transport/https-transport.ts';
import { systemClock } from '../../kit/clock.ts';
import { systemRandom } from '../../kit/random.ts';
import { type HttpsApiServer, startHttpsServer } from '../../sim/https-server.ts';
import type { Io } from '../io/io.ts';
import { runKubectl } from '../main.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Called with all of stdout and stderr so far at each write. */
  readonly onOutput?: (stdout: string, stderr: string) => void;
}

/** An Io whose outputs are kept. Nothing of the machine's environment is seen. */
export function fakeIo(options: RunOptions = {}): { io: Io; stdout: () => string; stderr: () => string } {
  let out = '';
  let err = '';
  const sink = (take: (text: string) => void) => {
    const stream = new PassThrough();
    stream.on('data', (chunk: Buffer) => {
      take(chunk.toString());
      options.onOutput?.(out, err);
    });
    return stream;
  };
  const toOut = (text: string) => {
    out += text;
  };
  const toErr = (text: string) => {
    err += text;
  };
  const told = () => options.onOutput?.(out, err);
  const io: Io = {
    stdin: Readable.from([Buffer.from(options.stdin ?? '')]),
    stdout: sink(toOut),
    stderr: sink(toErr),
    env: options.env ?? {},
    cwd: options.cwd ?? '/nonexistent',
    clock: systemClock,
    random: systemRandom,
    signal: options.signal ?? new AbortController().signal,
    out(text) {
      toOut(typeof text === 'string' ? text : Buffer.from(text).toString());
      told();
    },
    err(text) {
      toErr(text);
      told();
    },
  };
  return { io, stdout: () => out, stderr: () => err };
}

/** Without a server. */
export async function runWords(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { io, stdout, stderr } = fakeIo(options);
  const code = await runKubectl(words, io);
  return { code, stdout: stdout(), stderr: stderr() };
}

export interface KubectlServer {
  readonly server: HttpsApiServer;
  /** As an administrator. */
  readonly client: RestClient;
  /** A folder of the test's own: HOME and the current folder of commands. */
  readonly home: string;
  /** Words are separated by spaces; use a list for words that have some. */
  run(words: string | readonly string[], options?: RunOptions): Promise<Ran>;
  /** Writes a file below `home`; gives its path. */
  file(name: string, content: string): string;
  stop(): Promise<void>;
}

export async function startKubectlServer(): Promise<KubectlServer> {
  const home = mkdtempSync(join(tmpdir(), 'kubectl-'));
  const server = await startHttpsServer();
  const { ca, cert, key } = server.administrator;
  const data = (text: string | undefined) => Buffer.from(text ?? '').toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: server.url, 'certificate-authority-data': data(ca) } }],
    users: [{ name: 'admin', user: { 'client-certificate-data': data(cert), 'client-key-data': data(key) } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  };
  const kubeconfig = join(home, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(config));
  const transport = new HttpsTransport({
    server: server.url,
    ca,
    cert: cert!,
    key: key!,
    clock: systemClock,
  });
  return {
    server,
    client: new RestClient({ transport, clock: systemClock }),
    home,
    run: (words, options = {}) =>
      runWords(typeof words === 'string' ? words.split(' ') : words, {
        cwd: home,
        ...options,
        env: { HOME: home, KUBECONFIG: kubeconfig, ...options.env },
      }),
    file(name, content) {
      const path = join(home, name);
      writeFileSync(path, content);
      return path;
    },
    async stop() {
      transport.close();
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
