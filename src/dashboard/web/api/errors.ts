// What the API server refuses.
import type { Status } from '../../../api/meta/v1/status.ts';

export class ApiError extends Error {
  /** HTTP's. */
  readonly status: number;
  readonly reason: string;
  readonly body: Partial<Status>;

  constructor(status: number, body: Partial<Status>, text = '') {
    super(body.message || text || `the server answered ${status}`);
    this.status = status;
    this.reason = body.reason ?? '';
    this.body = body;
  }
}

/** From the text of an answer: a Status, or plain text. */
export function apiError(status: number, text: string): ApiError {
  try {
    const body = JSON.parse(text) as Partial<Status> & { kind?: string };
    if (body.kind === 'Status') return new ApiError(status, body);
  } catch {
    // Not JSON.
  }
  return new ApiError(status, {}, text.trim().slice(0, 500));
}
