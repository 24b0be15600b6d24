// Makes the Session of a command. What is costly to load (YAML, HTTP, discovery) is loaded at its first use.
import type { Readable } from 'node:stream';
import type { Kubeconfig } from '../../client/kubeconfig/kubeconfig.ts';
import { parseExactJson } from '../../kit/exact-json.ts';
import type { GlobalFlags } from '../command/global-flags.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Mapper } from '../discovery/mapper.ts';
import type { Io } from '../io/io.ts';
import type { Effective } from './effective.ts';
import type { RawAnswer, Requester } from './http.ts';
import type { RequestLog } from './request-log.ts';
import type { ApiAnswer, ApiRequest, Session, StreamTarget } from './session.ts';
import type { Target, TargetOptions } from './target.ts';
import { Warnings } from './warnings.ts';

export interface SessionOptions extends TargetOptions {
  readonly flags: GlobalFlags;
  readonly io: Io;
  /** Of the command: sent with each request, so that audits know what was typed. */
  readonly commandPath: string;
}

interface Connected {
  readonly target: Target;
  readonly requester: Requester;
  readonly timeoutMs: number;
}

/** As client-go: a server that is too busy is asked again so often. */
const MOST_RETRIES = 10;

export class OpenSession implements Session {
  readonly flags: GlobalFlags;
  readonly #io: Io;
  readonly #options: SessionOptions;
  readonly #warnings: Warnings;
  readonly #extraHeaders: Readonly<Record<string, string>>;
  #raw: Promise<Kubeconfig> | undefined;
  #effective: Promise<Effective> | undefined;
  #connected: Promise<Connected> | undefined;
  #discovery: Promise<Discovery> | undefined;
  #mapper: Promise<Mapper> | undefined;
  #closable: Requester | undefined;
  #log: RequestLog | undefined;

  constructor(options: SessionOptions) {
    this.flags = options.flags;
    this.#io = options.io;
    this.#options = options;
    this.#warnings = new Warnings(options.io);
    this.#extraHeaders = {
      'kubectl-command': options.commandPath,
      'kubectl-session': options.io.random.uuid(),
    };
  }

  rawConfig(): Promise<Kubeconfig> {
    this.#raw ??= import('./config-files.ts').then(({ configFiles, loadConfig }) =>
      loadConfig(configFiles(this.#io, this.flags.kubeconfig)),
    );
    return this.#raw;
  }

  effective(): Promise<Effective> {
    this.#effective ??= this.#effectiveNow();
    return this.#effective;
  }

  async #effectiveNow(): Promise<Effective> {
    const [raw, { effectiveConfig }, { inClusterConfig }] = await Promise.all([
      this.rawConfig(),
      import('./effective.ts'),
      import('./in-cluster.ts'),
    ]);
    const { flags } = this;
    const inside = raw.clusters.length === 0 && !flags.server ? inClusterConfig(this.#io) : undefined;
    if (inside) return effectiveConfig(inside, flags, undefined);
    return effectiveConfig(raw, flags, this.#io.env.KUBERNETES_MASTER || 'http://localhost:8080');
  }

  async namespace(): Promise<{ namespace: string; explicit: boolean }> {
    if (this.flags.namespace) return { namespace: this.flags.namespace, explicit: true };
    const [{ confirmed }, effective] = await Promise.all([import('./effective.ts'), this.effective()]);
    const { context } = confirmed(effective);
    return { namespace: context.namespace || 'default', explicit: false };
  }

  #connect(): Promise<Connected> {
    this.#connected ??= this.#connectNow();
    return this.#connected;
  }

  async #connectNow(): Promise<Connected> {
    const [effective, { usable }, { targetOf }, { Requester }, { timeoutOf }] = await Promise.all([
      this.effective(),
      import('./effective.ts'),
      import('./target.ts'),
      import('./http.ts'),
      import('./timeout.ts'),
    ]);
    const level = Number(this.flags.v);
    if (level >= 6) this.#log = new (await import('./request-log.ts')).RequestLog(this.#io, level);
    const timeoutMs = timeoutOf(this.flags['request-timeout']);
    const target = await targetOf(usable(effective), this.#io, this.#options);
    const requester = new Requester(target);
    this.#closable = requester;
    return { target, requester, timeoutMs };
  }

  async #send(request: ApiRequest, signal: AbortSignal | undefined): Promise<RawAnswer> {
    const { target, requester, timeoutMs } = await this.#connect();
    const { body } = request;
    const bytes =
      body === undefined || body instanceof Uint8Array
        ? body
        : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const sent = {
      method: request.method ?? 'GET',
      path: `${target.basePath}${request.path}${queryOf(request)}`,
      headers: {
        accept: 'application/json',
        ...this.#extraHeaders,
        ...(bytes && { 'content-type': request.contentType ?? 'application/json' }),
        ...request.headers,
      },
      body: bytes as Uint8Array | undefined,
      signal,
      timeoutMs,
    };
    const url = `${target.url.origin}${sent.path}`;
    for (let tries = 0; ; tries++) {
      this.#log?.request(sent.method, url, { ...target.headers, ...sent.headers }, sent.body);
      const began = this.#io.clock.monotonic();
      const answer = await requester.send(sent);
      this.#log?.response(sent.method, url, answer, this.#io.clock.monotonic() - began);
      this.#warnings.take(answer.headers.warning);
      const wait = Number(answer.headers['retry-after'] ?? Number.NaN);
      if ((answer.status !== 429 && answer.status < 500) || !(wait >= 0) || tries >= MOST_RETRIES)
        return answer;
      answer.stream.resume();
      await this.#io.clock.sleep(wait * 1000, signal ?? this.#io.signal);
    }
  }

  async request(request: ApiRequest): Promise<ApiAnswer> {
    const { bodyOf } = await import('./http.ts');
    const answer = await this.#send(request, request.signal ?? this.#io.signal);
    const body = await bodyOf(answer.stream);
    this.#log?.responseBody(body);
    if (answer.status >= 400 && !request.anyStatus) throw await failureOf(answer.status, body, request);
    return { status: answer.status, headers: flat(answer.headers), body };
  }

  async json<T>(request: ApiRequest): Promise<T> {
    const { body } = await this.request(request);
    return parseExactJson(body.toString()) as T;
  }

  async stream(request: ApiRequest, signal: AbortSignal = this.#io.signal): Promise<Readable> {
    const answer = await this.#send(request, signal);
    if (answer.status < 400) return this.#limited(answer.stream);
    const { bodyOf } = await import('./http.ts');
    throw await failureOf(answer.status, await bodyOf(answer.stream), request);
  }

  /** --request-timeout holds for all of an answer, a watch's, too. */
  async #limited(stream: Readable): Promise<Readable> {
    const { timeoutMs } = await this.#connect();
    if (timeoutMs <= 0) return stream;
    const why = 'context deadline exceeded (Client.Timeout or context cancellation while reading body)';
    const timer = this.#io.clock.after(timeoutMs, () => stream.destroy(new Error(why)));
    stream.once('close', () => timer.cancel());
    return stream;
  }

  async streamTarget(): Promise<StreamTarget> {
    const { target } = await this.#connect();
    const { url: server, tls, proxy } = target;
    return { server, tls, proxy, headers: { ...target.headers, ...this.#extraHeaders } };
  }

  discovery(): Promise<Discovery> {
    this.#discovery ??= (async () => {
      const [{ Discovery }, { server }] = await Promise.all([
        import('../discovery/discovery.ts'),
        this.streamTarget(),
      ]);
      return new Discovery({ session: this, io: this.#io, server, cacheFlag: this.flags['cache-dir'] });
    })();
    return this.#discovery;
  }

  mapper(): Promise<Mapper> {
    this.#mapper ??= (async () => {
      const [{ Mapper }, discovery] = await Promise.all([import('../discovery/mapper.ts'), this.discovery()]);
      return new Mapper(discovery, (warning) => this.#io.err(`Warning: ${warning}\n`));
    })();
    return this.#mapper;
  }

  warnings(): number {
    return this.#warnings.count;
  }

  close(): void {
    this.#closable?.close();
  }
}

function queryOf({ path, query = {} }: ApiRequest): string {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'string' ? [value] : value) out.append(name, one);
  }
  // As Go encodes them.
  out.sort();
  const text = out.toString();
  return text === '' ? '' : `${path.includes('?') ? '&' : '?'}${text}`;
}

async function failureOf(status: number, body: Buffer, { method = 'GET' }: ApiRequest): Promise<Error> {
  const { serverFailure } = await import('./failure.ts');
  return serverFailure(status, body, method);
}

function flat(headers: RawAnswer['headers']): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) out[name] = Array.isArray(value) ? value.join(', ') : value;
  return out;
}
