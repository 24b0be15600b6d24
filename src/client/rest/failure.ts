// Failed responses as StatusErrors, and how long a server asks to wait. Used by rest-client.ts, discovery and reflectors.
import type { Status } from '../../api/meta/v1/status.ts';
import { failure, type Reason, StatusError } from '../../api/status/status-error.ts';
import type { TransportResponse, WatchFrame } from '../transport/transport.ts';

const REASONS: Record<number, Reason> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** The StatusError of a failed response, whether its body is a Status or (from a proxy) any text. */
export function errorOf(response: Pick<TransportResponse, 'status' | 'body'>): StatusError {
  const text = response.body.toString();
  const status = asStatus(text);
  if (status) return new StatusError({ code: response.status, ...status });
  const reason = REASONS[response.status] ?? '';
  return failure(response.status, reason, text.trim() || `the server answered ${response.status}`);
}

function asStatus(text: string): Status | undefined {
  try {
    const parsed = JSON.parse(text) as Status | null;
    return parsed && typeof parsed === 'object' && parsed.kind === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The error in an ERROR frame of a watch. */
export function errorOfFrame(frame: WatchFrame): StatusError {
  const status = frame.object as Status | undefined;
  if (status?.kind === 'Status') return new StatusError(status);
  return failure(500, 'InternalError', 'the watch ended with an error that is not a Status');
}

/** How long to wait before sending the request again: only for 429 and 5xx with Retry-After, as client-go does. */
export function retryAfterMs(response: TransportResponse): number | undefined {
  if (response.status !== 429 && response.status < 500) return undefined;
  const header = response.headers['retry-after'];
  const seconds = header === undefined ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
