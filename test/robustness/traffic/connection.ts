// One client's HTTPS connection, over HTTP/2, dialled again after each loss. It never hides what happened: a request ends
// with the server's answer, or rejects when there is none, and whether it took effect is then unknown.
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { systemClock } from '../../../src/kit/clock.ts';

export interface Credentials {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read at every depth
  readonly body: any;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly contentType?: string;
}

/** Milliseconds that a request may take, and that dialling may. */
const PATIENCE = 3_000;

export class Connection {
  readonly #address: () => Address;
  readonly #credentials: Credentials;
  #session: ClientHttp2Session | undefined;

  /** `address` is asked at each dial. */
  constructor(address: () => Address, credentials: Credentials) {
    this.#address = address;
    this.#credentials = credentials;
  }

  call({ method, path, body, contentType = 'application/json' }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const stream = this.#open(method, path, body && contentType);
      const timer = systemClock.after(PATIENCE, () => {
        reject(new Error('no answer in time'));
        // The connection may be half open: nothing more is expected of it.
        this.close();
      });
      const chunks: Buffer[] = [];
      let status = 0;
      stream.on('response', (headers) => {
        status = Number(headers[':status']);
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        try {
          if (status > 0) resolve({ status, body: text.startsWith('{') ? JSON.parse(text) : text });
        } catch (error) {
          reject(error);
        }
      });
      stream.on('close', () => {
        timer.cancel();
        reject(new Error(`the connection was cut, status ${status}`));
      });
      stream.end(body && JSON.stringify(body));
    });
  }

  /** Calls `line` with each line of an answer with status 200 until the stream ends; gives the status then. Rejects with what `line`
   *  throws. */
  stream(path: string, line: (text: string) => void, signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      const stream = this.#open('GET', path, undefined);
      let status = 0;
      let rest = '';
      const stop = () => stream.destroy();
      const late = systemClock.after(PATIENCE, () => {
        // Perhaps half open: the next stream needs another connection.
        this.close();
        stop();
      });
      signal.addEventListener('abort', stop, { once: true });
      stream.on('response', (headers) => {
        late.cancel();
        status = Number(headers[':status']);
      });
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        try {
          if (status === 200) for (const text of lines) line(text);
        } catch (error) {
          reject(error);
          stop();
        }
      });
      stream.on('error', () => {});
      stream.on('close', () => {
        late.cancel();
        signal.removeEventListener('abort', stop);
        resolve(status);
      });
      stream.end();
    });
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  #open(method: string, path: string, contentType: string | undefined): ClientHttp2Stream {
    if (!this.#session || this.#session.closed || this.#session.destroyed) this.#session = this.#dial();
    const type = contentType ? { 'content-type': contentType } : {};
    return this.#session.request(
      { ':method': method, ':path': path, ...type },
      { endStream: contentType === undefined },
    );
  }

  #dial(): ClientHttp2Session {
    const { host, port } = this.#address();
    const session = connect(`https://${host}:${port}`, this.#credentials);
    session.on('error', () => session.destroy());
    session.on('goaway', () => session.close());
    return session;
  }
}
