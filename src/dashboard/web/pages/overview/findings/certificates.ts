// Certificates that end soon. The server reads them (src/dashboard/server/certificates): no key comes here. Pure.
import { type Finding, KINDS } from './finding.ts';

export interface CertificateEnd {
  readonly namespace: string;
  readonly name: string;
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

const DAY_MS = 24 * 60 * 60_000;
const SOON_DAYS = 14;

export function certificateFinding(end: CertificateEnd, now: number): Finding | undefined {
  const days = Math.floor((end.notAfter - now) / DAY_MS);
  if (days >= SOON_DAYS) return undefined;
  const isOver = end.notAfter <= now;
  const when = new Date(end.notAfter).toISOString().slice(0, 16).replace('T', ' ');
  return {
    ...{ of: KINDS.Secret, namespace: end.namespace, name: end.name },
    severity: isOver ? 'bad' : 'warn',
    reason: isOver ? 'CertificateExpired' : 'CertificateExpires',
    message: `${end.subject}: ${isOver ? 'ended' : `ends in ${days} ${days === 1 ? 'day' : 'days'}`}, ${when} UTC`,
  };
}
