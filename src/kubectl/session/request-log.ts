// What is told of requests with -v: from 6 on a line for each answer, from 7 on headers, from 8 on bodies. The lines are klog's, which tools
// read; secrets in headers are masked.
import { STATUS_CODES } from 'node:http';
import type { Io } from '../io/io.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Characters of a body that are shown, as client-go's levels 8, 9 and 10. */
const SHOWN: Readonly<Record<number, number>> = { 8: 1024, 9: 10_240 };

export class RequestLog {
  readonly #io: Io;
  readonly #level: number;

  constructor(io: Io, level: number) {
    this.#io = io;
    this.#level = level;
  }

  request(method: string, url: string, headers: Headers, body: Uint8Array | undefined): void {
    if (this.#level < 7) return;
    if (this.#level >= 8) this.#body('Request Body', body ?? new Uint8Array());
    this.#line(
      'round_trippers.go:527',
      `"Request" verb="${method}" url="${url}" headers=<\n${listed(headers)} >`,
    );
  }

  response(method: string, url: string, answer: { status: number; headers: Headers }, ms: number): void {
    if (this.#level < 6) return;
    const status = `status="${answer.status} ${STATUS_CODES[answer.status] ?? ''}"`;
    const told =
      this.#level < 7
        ? `verb="${method}" url="${url}" ${status}`
        : `${status} headers=<\n${listed(answer.headers)} >`;
    this.#line('round_trippers.go:632', `"Response" ${told} milliseconds=${Math.round(ms)}`);
  }

  responseBody(body: Uint8Array): void {
    if (this.#level >= 8) this.#body('Response Body', body);
  }

  #body(what: string, body: Uint8Array): void {
    const text = Buffer.from(body).toString();
    const most = SHOWN[this.#level] ?? text.length;
    const rest = text.length > most ? ` [truncated ${text.length - most} chars]` : '';
    this.#line('helper.go:105', `${JSON.stringify(what)} body=${JSON.stringify(text.slice(0, most) + rest)}`);
  }

  #line(place: string, text: string): void {
    const now = new Date(this.#io.clock.now()).toISOString();
    const time = `${now.slice(5, 7)}${now.slice(8, 10)} ${now.slice(11, 23)}000`;
    this.#io.err(`I${time} ${String(process.pid).padStart(7)} ${place}] ${text}\n`);
  }
}

function listed(headers: Headers): string {
  return Object.entries(headers)
    .flatMap(([name, value]) =>
      value === undefined
        ? []
        : (typeof value === 'string' ? [value] : value).map((one) => [name, one] as const),
    )
    .map(
      ([name, value]) =>
        `\t${name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())}: ${name.toLowerCase() === 'authorization' ? '<masked>' : value}\n`,
    )
    .sort()
    .join('');
}
