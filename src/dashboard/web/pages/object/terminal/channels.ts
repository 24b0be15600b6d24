// The browser's side of v5.channel.k8s.io: byte 0 of every message names a channel, 255 closes the channel that byte 1 names. Pure.
// Upstream: k8s.io/apimachinery/pkg/util/remotecommand.
import type { Status } from '../../../../../api/meta/v1/status.ts';

export const V5_CHANNEL = 'v5.channel.k8s.io';
const Channel = { input: 0, output: 1, errors: 2, status: 3, size: 4 } as const;

const encoder = new TextEncoder();

function message(channel: number, text: string): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(text);
  const framed = new Uint8Array(bytes.length + 1);
  framed[0] = channel;
  framed.set(bytes, 1);
  return framed;
}

export const inputMessage = (text: string): Uint8Array<ArrayBuffer> => message(Channel.input, text);

export const sizeMessage = (columns: number, rows: number): Uint8Array<ArrayBuffer> =>
  message(Channel.size, JSON.stringify({ Width: columns, Height: rows }));

export type Received =
  | { readonly type: 'output'; readonly bytes: Uint8Array }
  | { readonly type: 'status'; readonly bytes: Uint8Array };

/** Undefined for an empty message, of which the server sends one to each channel at the beginning, and for channels that say nothing. */
export function received(data: ArrayBuffer): Received | undefined {
  const bytes = new Uint8Array(data);
  const content = bytes.subarray(1);
  if (content.length === 0) return undefined;
  if (bytes[0] === Channel.output || bytes[0] === Channel.errors) return { type: 'output', bytes: content };
  return bytes[0] === Channel.status ? { type: 'status', bytes: content } : undefined;
}

export interface Ending {
  /** `lost`: the connection went before the command said that it ended. */
  readonly type: 'ended' | 'failed' | 'lost';
  readonly text: string;
  /** Of the command. */
  readonly code?: number;
}

/** What the messages of the status channel say, in the order in which they came; none when the connection broke off. */
export function endingOf(said: readonly Uint8Array[], closeCode: number, closeReason: string): Ending {
  const decoder = new TextDecoder();
  const text = said.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode();
  if (text === '') return endingWithoutStatus(closeCode, closeReason);
  const status = statusOf(text);
  if (!status) return { type: 'failed', text };
  if (status.status === 'Success') return { type: 'ended', text: 'The command ended.', code: 0 };
  const code = exitCodeOf(status);
  if (code !== undefined) return { type: 'ended', text: `The command ended with exit code ${code}.`, code };
  return { type: 'failed', text: status.message ?? text };
}

const NORMAL_CLOSURE = 1000;

function endingWithoutStatus(code: number, reason: string): Ending {
  if (code === NORMAL_CLOSURE) return { type: 'ended', text: 'The session ended.' };
  return { type: 'lost', text: reason || 'The connection was lost.' };
}

function statusOf(text: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Status) : undefined;
  } catch {
    return undefined;
  }
}

function exitCodeOf({ reason, details }: Status): number | undefined {
  if (reason !== 'NonZeroExitCode') return undefined;
  const cause = details?.causes?.find((one) => one.reason === 'ExitCode')?.message ?? '';
  return /^\d{1,3}$/.test(cause) ? Number(cause) : undefined;
}
