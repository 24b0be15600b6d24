// Messages of failed connections as Go's net, crypto/tls and net/http packages write them: users and tools know them from
// Kubernetes, and no text of Node.js or OpenSSL reaches them.
import { hostPort } from '../net/host-port.ts';

const CONNECT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EINVAL: 'invalid argument',
};

const UNKNOWN_AUTHORITY = 'certificate signed by unknown authority';
/** OpenSSL's verdicts on a certificate, as Node.js names them, in the words of crypto/x509. */
const CERTIFICATE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  CERT_UNTRUSTED: UNKNOWN_AUTHORITY,
  CERT_SIGNATURE_FAILURE: UNKNOWN_AUTHORITY,
  INVALID_CA: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'certificate has expired or is not yet valid',
  INVALID_PURPOSE: 'certificate specifies an incompatible key usage',
};

/** OpenSSL's complaints when the first bytes of an answer are no TLS record. */
const NOT_TLS = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_RECORD_OVERFLOW',
]);

interface SystemError extends Error {
  code?: string;
  syscall?: string;
  errors?: readonly unknown[];
  /** Of ERR_TLS_CERT_ALTNAME_INVALID. */
  host?: string;
  cert?: { subjectaltname?: string };
}

/** e.g. `dial tcp 10.77.0.1:10250: connect: connection refused`. */
export function dialErrorText(error: unknown, host: string, port: number): string {
  if (!(error instanceof Error)) return String(error);
  const system = (error as SystemError).errors?.find((e) => e instanceof Error) as SystemError | undefined;
  const failure = system ?? (error as SystemError);
  const { code = '', message } = failure;
  const address = hostPort(host, port);
  if (Object.hasOwn(CONNECT, code)) return `dial tcp ${address}: connect: ${CONNECT[code]}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${host}: no such host`;
  if (code === 'ECONNRESET') return message === 'socket hang up' ? 'EOF' : 'connection reset by peer';
  if (code === 'EPIPE') return 'write: broken pipe';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return `dial tcp ${address}: i/o timeout`;
  // A message without a code is ours; all others are Node.js' or the engine's.
  return (
    tlsErrorText(failure) ?? httpErrorText(code) ?? (code || isFault(failure) ? 'unexpected EOF' : message)
  );
}

const isFault = (error: Error): boolean => error instanceof TypeError || error instanceof RangeError;

function tlsErrorText({ code = '', host, cert }: SystemError): string | undefined {
  const verify = 'tls: failed to verify certificate: x509:';
  if (Object.hasOwn(CERTIFICATE, code)) return `${verify} ${CERTIFICATE[code]}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = (cert?.subjectaltname ?? '').split(', ').map((name) => name.slice(name.indexOf(':') + 1));
    const valid = names.filter((name) => name !== '').slice(0, MAX_NAMES);
    if (valid.length === 0)
      return `${verify} certificate is not valid for any names, but wanted to match ${host}`;
    return `${verify} certificate is valid for ${valid.join(', ')}, not ${host}`;
  }
  if (NOT_TLS.has(code)) return 'http: server gave HTTP response to HTTPS client';
  const alert = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13)_ALERT_([A-Z_]{1,60})$/.exec(code)?.[1];
  if (alert) return `remote error: tls: ${inWords(alert)}`;
  return code.startsWith('ERR_SSL_') || code === 'EPROTO'
    ? `tls: ${inWords(code.slice(8)) || 'handshake failure'}`
    : undefined;
}

/** A certificate may have thousands of names: so many are shown. */
const MAX_NAMES = 10;

const inWords = (code: string): string => code.toLowerCase().replaceAll('_', ' ');

const BROKEN = 'net/http: HTTP/1.x transport connection broken:';

function httpErrorText(code: string): string | undefined {
  if (code === 'HPE_HEADER_OVERFLOW')
    return `${BROKEN} net/http: server response headers exceeded the limit; aborted`;
  return code.startsWith('HPE_') ? `${BROKEN} malformed HTTP response` : undefined;
}
