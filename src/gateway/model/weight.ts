// How large a backend is in what the proxy reads when it starts: about so many bytes. Pure.
import type { Policy } from './policy.ts';
import type { Backend } from './routes.ts';

const known = new WeakMap<Policy, number>();

/** Each claim of a token is compared in as many places. */
const TOKEN = 9;
const SECTION = 64;
/** An address in two lines: there are slots for twice as many. */
const ENDPOINT = 80;

function policyWeight(policy: Policy): number {
  const before = known.get(policy);
  if (before !== undefined) return before;
  // One list of users is written once, however many backends have it.
  const { auth, jwt, trust, ...rest } = policy;
  const weight =
    JSON.stringify(rest).length + (jwt ? TOKEN * JSON.stringify(jwt).length : 0) + (trust ? 512 : 0);
  known.set(policy, weight);
  return weight;
}

export const backendWeight = ({ name, policy, endpoints }: Backend): number =>
  SECTION + name.length + policyWeight(policy) + ENDPOINT * endpoints.length;

/** Of several backends, and the lists of users that they have. */
export function weightOf(backends: readonly Backend[]): number {
  const lists = new Set(backends.flatMap(({ policy: { auth } }) => auth ?? []));
  let weight = 0;
  for (const one of backends) weight += backendWeight(one);
  for (const { users } of lists) for (const { name, hash } of users) weight += name.length + hash.length + 20;
  return weight;
}
