// A server that answered an upgrade with something else: its Status as a StatusError, or the text that kubectl shows. Whoever
// gets a RefusedUpgrade may try the other protocol.
import type { IncomingMessage } from 'node:http';
import type { Status } from '../../api/meta/v1/status.ts';
import { StatusError } from '../../api/status/status-error.ts';
import { readUpTo } from '../../kit/http1/read-up-to.ts';

export class RefusedUpgrade extends Error {
  /** What the server said, if it is a Status. */
  readonly status: StatusError | undefined;

  constructor(message: string, status?: StatusError) {
    super(message);
    this.status = status;
  }
}

/** Bytes of a refusal that are read. */
const MAX_REFUSAL = 64 * 1024;

/** Reads the answer that refused an upgrade. */
export async function refusalOf(response: IncomingMessage, what: string): Promise<RefusedUpgrade> {
  const { bytes } = await readUpTo(response, MAX_REFUSAL).catch(() => ({ bytes: Buffer.alloc(0) }));
  const text = bytes.toString().trim();
  const status = statusIn(text, response.statusCode ?? 0);
  if (status) return new RefusedUpgrade(status.message, status);
  const line = `${what} (${response.statusCode} ${response.statusMessage})`;
  return new RefusedUpgrade(text ? `${line}: ${text}` : line);
}

function statusIn(text: string, code: number): StatusError | undefined {
  try {
    const parsed = JSON.parse(text) as Status | null;
    return parsed?.kind === 'Status' ? new StatusError({ code, ...parsed }) : undefined;
  } catch {
    return undefined;
  }
}
