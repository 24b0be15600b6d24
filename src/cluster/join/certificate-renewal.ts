// Keeps one certificate of a node current: asks for another one when 70 to 90 % of its life have passed, or when it lacks a name, and
// puts it into the file in its place. Failures are tried again, ever more seldom, up to once a minute.
// Upstream: client-go/util/certificate/certificate_manager.go.
import { isIP } from 'node:net';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import { readCertificateFile, type StoredCertificate, writeCertificateFile } from './certificate-file.ts';
import type { IssuedCertificate } from './request-certificate.ts';

export interface RenewalOptions {
  readonly path: string;
  /** Names that the certificate should have; one without them is replaced at once. */
  readonly names?: () => readonly string[];
  readonly request: (signal: AbortSignal) => Promise<IssuedCertificate>;
  /** A new certificate is in the file. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly random: Pick<Random, 'float'>;
  readonly log: Logger;
}

const RETRY_MS = 2_000;
const MAX_RETRY_MS = 64_000;
/** The clock may be set meanwhile, and a timer cannot wait for more than 24 days. */
const LOOK_EVERY_MS = 600_000;

/** Between 70 and 90 % of the certificate's life, in milliseconds since the epoch. */
export function renewalTime(
  { x509 }: Pick<StoredCertificate, 'x509'>,
  random: Pick<Random, 'float'>,
): number {
  const [begin, end] = [x509.validFromDate.getTime(), x509.validToDate.getTime()];
  return begin + (end - begin) * (0.7 + 0.2 * random.float());
}

/** Whether all names are in the certificate. */
export function hasNames({ x509 }: Pick<StoredCertificate, 'x509'>, names: readonly string[]): boolean {
  const known = (x509.subjectAltName ?? '').split(', ');
  return names.every((name) =>
    isIP(name) ? x509.checkIP(name) !== undefined : known.includes(`DNS:${name}`),
  );
}

export class CertificateRenewal {
  readonly #options: RenewalOptions;
  readonly #stop = new AbortController();
  #timer: Timer | undefined;
  #retry = RETRY_MS;
  #due: number;
  #busy = false;

  constructor(options: RenewalOptions) {
    this.#options = options;
    this.#due = this.#dueOf(readCertificateFile(options.path));
  }

  /** Looks now, and from then on when it is time. Nothing waits for it. */
  start(): void {
    void this.#look();
  }

  stop(): void {
    this.#stop.abort();
    this.#timer?.cancel();
  }

  /** Names may have changed. */
  look(): void {
    if (this.#busy) return;
    this.#timer?.cancel();
    void this.#look();
  }

  async #look(): Promise<void> {
    const { clock, log, path } = this.#options;
    if (this.#stop.signal.aborted || this.#busy) return;
    this.#busy = true;
    let next = LOOK_EVERY_MS;
    try {
      const due = this.#isDue();
      if (due) await this.#renew();
      // Where clocks differ by more than its life, a new certificate is due at once.
      const least = due ? MAX_RETRY_MS : 0;
      next = Math.min(LOOK_EVERY_MS, Math.max(least, this.#due - clock.now()));
      this.#retry = RETRY_MS;
    } catch (error) {
      next = this.#retry;
      this.#retry = Math.min(this.#retry * 2, MAX_RETRY_MS);
      if (!this.#stop.signal.aborted)
        log.warn('certificate rotation failed', { file: path, error: messageOf(error), againMs: next });
    }
    this.#busy = false;
    if (!this.#stop.signal.aborted) this.#timer = clock.after(next, () => void this.#look());
  }

  #isDue(): boolean {
    const { clock, names, path } = this.#options;
    if (clock.now() >= this.#due) return true;
    if (!names) return false;
    const current = readCertificateFile(path);
    return !current || !hasNames(current, names());
  }

  async #renew(): Promise<void> {
    const { path, request, onChange, log } = this.#options;
    writeCertificateFile(path, await request(this.#stop.signal));
    const current = readCertificateFile(path)!;
    this.#due = this.#dueOf(current);
    log.info('certificate rotated', { file: path, until: current.x509.validToDate.toISOString() });
    onChange();
  }

  #dueOf(current: StoredCertificate | undefined): number {
    return current ? renewalTime(current, this.#options.random) : 0;
  }
}
