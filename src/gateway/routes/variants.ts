// A planned route at a listener: redirects take its scheme and port where they have none of their own, and backends are shown the
// Gateway's certificate. Each variant is made once, so that the model has the same objects after a change of something else. Pure.
import { createHash } from 'node:crypto';
import type { Policy } from '../model/policy.ts';
import type { Backend, Target } from '../model/routes.ts';
import type { Entry } from './http/order.ts';
import type { PlannedBackend, PlannedMirror, PlannedRoute, PlannedRule } from './plan.ts';

export interface Place {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** PEM of the Gateway's certificate and key for backends. */
  readonly client?: string;
}

export interface Variant {
  readonly planned: PlannedRoute;
  readonly backends: readonly Backend[];
  /** Of each rule. */
  readonly targets: readonly Target[];
  readonly entries: Map<string, readonly Entry[]>;
}

const made = new WeakMap<PlannedRoute, Map<string, Variant>>();

export function variantOf(planned: PlannedRoute, place: Place): Variant {
  const suffix = suffixOf(planned, place);
  const variants = made.get(planned) ?? new Map<string, Variant>();
  made.set(planned, variants);
  const variant = variants.get(suffix) ?? makeVariant(planned, place, suffix);
  variants.set(suffix, variant);
  return variant;
}

/** '' where nothing depends on the place. */
function suffixOf({ rules }: PlannedRoute, { scheme, port, client }: Place): string {
  const policies = rules.flatMap(({ backends }) => backends.map(({ policy }) => policy));
  const redirects = policies.some(
    ({ redirect }) => redirect && !('location' in redirect) && !isWhole(redirect),
  );
  const shows = client !== undefined && policies.some(({ trust }) => trust);
  const own = shows ? `_${createHash('sha256').update(client).digest('hex').slice(0, 12)}` : '';
  return `${redirects ? `_${scheme}_${port}` : ''}${own}`;
}

const isWhole = ({ scheme, port }: { readonly scheme?: string; readonly port?: number }): boolean =>
  scheme !== undefined && port !== undefined;

function makeVariant(planned: PlannedRoute, place: Place, suffix: string): Variant {
  const backends: Backend[] = [];
  const add = ({ name, policy, endpoints }: PlannedMirror): string => {
    const own = `${name}${suffix}`;
    backends.push({ name: own, policy: policyAt(policy, place, suffix), endpoints });
    return own;
  };
  const targets = planned.rules.map((rule) => targetOf(rule, add));
  return { planned, backends, targets, entries: new Map() };
}

function targetOf({ backends }: PlannedRule, add: (backend: PlannedMirror) => string): Target {
  const weighted = backends.map((backend: PlannedBackend) => {
    for (const mirror of backend.mirrored) add(mirror);
    return { backend: add(backend), weight: backend.weight };
  });
  return weighted.length === 1 ? weighted[0]!.backend : weighted;
}

const WELL_KNOWN = { http: 80, https: 443 };

function policyAt(policy: Policy, { scheme, port, client }: Place, suffix: string): Policy {
  const { redirect, trust, mirrors } = policy;
  return {
    ...policy,
    ...(redirect &&
      !('location' in redirect) && {
        redirect: {
          ...redirect,
          scheme: redirect.scheme ?? scheme,
          port: redirect.port ?? (redirect.scheme ? WELL_KNOWN[redirect.scheme] : port),
        },
      }),
    ...(trust && client !== undefined && { trust: { ...trust, client } }),
    ...(mirrors && { mirrors: mirrors.map((one) => ({ ...one, backend: `${one.backend}${suffix}` })) }),
  };
}

/** The matches of a variant for some hosts. */
export function entriesOf(
  { planned, targets, entries }: Variant,
  hosts: readonly string[],
): readonly Entry[] {
  const key = hosts.join(' ');
  const before = entries.get(key);
  if (before) return before;
  let place = 0;
  const found = planned.rules.flatMap(({ matches }, i) =>
    matches.flatMap((match) => {
      const own = { match, to: targets[i]!, route: planned.route, place: place++ };
      return hosts.map((host): Entry => ({ host, ...own }));
    }),
  );
  entries.set(key, found);
  return found;
}
