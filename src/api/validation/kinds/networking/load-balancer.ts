// Validates where a load balancer listens, in the status of Services and Ingresses.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core and pkg/apis/networking, validation.
import { isLooseIP, validateNewIP } from '../../addresses.ts';
import { complaints, type FieldError, invalid } from '../../field.ts';
import { isDNS1123Subdomain } from '../../names.ts';

interface Point {
  readonly ip?: string;
  readonly hostname?: string;
}

/** The addresses that a stored status has. */
export const addressesIn = (points: readonly Point[] | undefined): ReadonlySet<string> =>
  new Set((points ?? []).flatMap(({ ip }) => (ip ? [ip] : [])));

export const pointAddressErrors = ({ ip }: Point, path: string, known: ReadonlySet<string>): FieldError[] =>
  ip ? validateNewIP(`${path}.ip`, ip, known) : [];

export function pointNameErrors({ hostname }: Point, path: string): FieldError[] {
  if (!hostname) return [];
  const at = `${path}.hostname`;
  return [
    ...complaints(at, hostname, isDNS1123Subdomain(hostname)),
    ...(isLooseIP(hostname) ? [invalid(at, hostname, 'must be a DNS name, not an IP address')] : []),
  ];
}
