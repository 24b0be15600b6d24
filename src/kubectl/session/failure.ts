// A server's answer of 400 and more as a StatusError. An answer that is no Status, from a proxy or an old server, gets client-go's words.

import type { Status } from '../../api/meta/v1/status.ts';
import { failure, type Reason, StatusError } from '../../api/status/status-error.ts';

const GENERIC: Readonly<Record<number, readonly [Reason, string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  403: ['Forbidden', 'the server does not allow access to the requested resource'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  409: ['Conflict', 'the server reported a conflict'],
  410: ['Gone', 'the server has removed the requested resource'],
  413: ['RequestEntityTooLarge', 'Request entity too large'],
  415: ['UnsupportedMediaType', 'the server was unable to understand the content type of the request'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
};

/** Characters of a foreign answer that are shown. */
const SHOWN = 2048;

export function serverFailure(code: number, body: Buffer, method: string): StatusError {
  const text = body.toString();
  const status = statusIn(text);
  if (status) return new StatusError({ code, ...status });
  if (method === 'POST' && code === 409)
    return failure(code, 'AlreadyExists', 'the server reported a conflict');
  const shown = text.trim().slice(0, SHOWN);
  const generic = Object.hasOwn(GENERIC, code) ? GENERIC[code] : undefined;
  if (generic) {
    const [reason, message] = generic;
    const told = code === 404 || shown === '' || shown.startsWith('{') ? message : `${message}: ${shown}`;
    return failure(
      code,
      reason,
      code === 401 || code === 403 ? (shown && !shown.startsWith('{') ? shown : message) : told,
    );
  }
  return code >= 500
    ? failure(
        code,
        'InternalError',
        `an error on the server ("${shown || 'unknown'}") has prevented the request from succeeding`,
      )
    : failure(
        code,
        '',
        `the server responded with the status code ${code} but did not return more information`,
      );
}

function statusIn(text: string): Status | undefined {
  try {
    const parsed = JSON.parse(text) as Status | null;
    return parsed && typeof parsed === 'object' && parsed.kind === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
}
