// Canaries as ingress-nginx has them: an Ingress with `canary: "true"` takes some of the requests to the hosts and paths of another
// one. Header before cookie before weight.
import { isPlainValue, isToken } from '../model/alphabets.ts';
import type { Branch } from '../model/routes.ts';
import { type Annotations, refused } from './annotations/read.ts';

export interface Canary {
  readonly header?: string;
  /** Value of the header that chooses the canary; without it `always` does, and `never` does not. */
  readonly value?: string;
  readonly cookie?: string;
  readonly weight: number;
  readonly total: number;
}

/** Undefined for an Ingress that is none. */
export function canaryOf(annotations: Annotations): Canary | undefined {
  const is = annotations.flag('canary');
  const header = annotations.checked('canary-by-header', isToken);
  const value = annotations.checked('canary-by-header-value', isPlainValue);
  const cookie = annotations.checked('canary-by-cookie', isToken);
  const total = annotations.number('canary-weight-total', 1_000_000) || 100;
  const weight = annotations.number('canary-weight', total) ?? 0;
  const pattern = annotations.text('canary-by-header-pattern');
  if (pattern) throw refused('canary-by-header-pattern', pattern);
  if (!is) return undefined;
  return { ...(header && { header }), ...(value && { value }), ...(cookie && { cookie }), weight, total };
}

/** In the order in which they decide. */
export function branchesOf({ header, value, cookie, weight, total }: Canary, canary: string, main: string) {
  const branches: Branch[] = [];
  if (header && value) branches.push({ when: [{ header, value }], to: canary });
  if (header && !value)
    branches.push(
      { when: [{ header, value: 'always' }], to: canary },
      { when: [{ header, value: 'never' }], to: main },
    );
  if (cookie)
    branches.push(
      { when: [{ cookie, value: 'always' }], to: canary },
      { when: [{ cookie, value: 'never' }], to: main },
    );
  if (weight > 0) branches.push({ when: [{ share: weight, of: total }], to: canary });
  return branches;
}
