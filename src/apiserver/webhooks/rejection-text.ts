// What Go's client of Kubernetes says of an answer that is an error: the message of a Status, or words for the code. Pure.
// Upstream: transformResponse in client-go/rest/request.go, NewGenericServerResponse in apimachinery/pkg/api/errors.

/** Characters of the body that are shown. */
const MOST_SHOWN = 2_048;

const TEXTS: Readonly<Partial<Record<number, string>>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

/** Codes for which the body is the message. */
const SHOWN = new Set([403, 406, 415]);

export function rejectionText(code: number, contentType: string, body: string): string {
  const status = statusMessage(body);
  if (status !== undefined) return status;
  const shown = contentType.startsWith('text/') ? body.slice(0, MOST_SHOWN).trim() : 'unknown';
  const text = SHOWN.has(code) ? shown : TEXTS[code];
  if (text !== undefined) return text;
  return code >= 500
    ? `an error on the server (${JSON.stringify(shown)}) has prevented the request from succeeding`
    : `the server responded with the status code ${code} but did not return more information`;
}

function statusMessage(body: string): string | undefined {
  if (body.length > MOST_SHOWN || !body.startsWith('{')) return undefined;
  try {
    const { kind, message } = JSON.parse(body) as { kind?: unknown; message?: unknown };
    return kind === 'Status' && typeof message === 'string' && message !== '' ? message : undefined;
  } catch {
    return undefined;
  }
}
