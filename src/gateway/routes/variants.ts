// A planned route at a Gateway: backends that are reached with TLS are shown the Gateway's certificate. Each variant is made once, so that
// the model has the same objects after a change of something else. Pure.
import { createHash } from 'node:crypto';
import type { Policy } from '../model/policy.ts';
import type { Backend, Target } from '../model/routes.ts';
import { weightOf } from '../model/weight.ts';
import type { Match } from './http/matches.ts';
import type { Entry } from './http/order.ts';
import type { PlannedBackend, PlannedMirror, PlannedRoute, PlannedRule } from './plan.ts';
import type { Extra, PolicyOf } from './policies/route-policies.ts';

export interface Variant {
  readonly planned: PlannedRoute;
  readonly backends: readonly Backend[];
  /** Of the backends. */
  readonly bytes: number;
  /** Of each rule. */
  readonly targets: readonly Target[];
  readonly entries: Map<string, readonly Entry[]>;
}

const made = new WeakMap<PlannedRoute, Map<string, Variant>>();

/** `client`: PEM of the Gateway's certificate and key for backends. `policyOf`: what RoutePolicies say there. */
export function variantOf(planned: PlannedRoute, client: string | undefined, policyOf?: PolicyOf): Variant {
  const extras = planned.rules.map((rule) => policyOf?.(planned, rule));
  const shows =
    client !== undefined && planned.rules.some(({ backends }) => backends.some(({ policy }) => policy.trust));
  const suffix = `${shows ? suffixOf(client) : ''}${extraSuffix(extras)}`;
  const variants = made.get(planned) ?? new Map<string, Variant>();
  made.set(planned, variants);
  const variant = variants.get(suffix) ?? makeVariant(planned, shows ? client : undefined, suffix, extras);
  variants.set(suffix, variant);
  return variant;
}

const suffixOf = (text: string): string => `_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;

/** Rules with other policies are other variants. */
const extraSuffix = (extras: readonly (Extra | undefined)[]): string =>
  extras.every((extra) => extra === undefined)
    ? ''
    : suffixOf(extras.map((extra) => extra?.digest ?? '').join(' '));

function makeVariant(
  planned: PlannedRoute,
  client: string | undefined,
  suffix: string,
  extras: readonly (Extra | undefined)[],
): Variant {
  const backends: Backend[] = [];
  const add = ({ name, policy, endpoints }: PlannedMirror, extra?: Extra): string => {
    const own = `${name}${suffix}`;
    backends.push({ name: own, policy: { ...showing(policy, client, suffix), ...extra?.policy }, endpoints });
    return own;
  };
  const targets = planned.rules.map((rule, i) => targetOf(rule, add, extras[i]));
  return { planned, backends, bytes: weightOf(backends), targets, entries: new Map() };
}

function targetOf(
  { backends }: PlannedRule,
  add: (backend: PlannedMirror, extra?: Extra) => string,
  extra: Extra | undefined,
): Target {
  const weighted = backends.map((backend: PlannedBackend) => {
    for (const mirror of backend.mirrored) add(mirror);
    return { backend: add(backend, extra), weight: backend.weight };
  });
  return weighted.length === 1 ? weighted[0]!.backend : weighted;
}

function showing(policy: Policy, client: string | undefined, suffix: string): Policy {
  const { trust, mirrors } = policy;
  if (suffix === '') return policy;
  return {
    ...policy,
    ...(trust && client !== undefined && { trust: { ...trust, client } }),
    ...(mirrors && { mirrors: mirrors.map((one) => ({ ...one, backend: `${one.backend}${suffix}` })) }),
  };
}

const bytesOf = ({ path, conditions }: Match): number => {
  let bytes = path.length + 64;
  for (const one of conditions) for (const part of Object.values(one)) bytes += String(part).length + 8;
  return bytes;
};

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
      const own = { match, to: targets[i]!, age: planned.age, owner: planned.namespace, place: place++ };
      return hosts.map((host): Entry => ({ host, ...own, bytes: host.length + bytesOf(match) }));
    }),
  );
  entries.set(key, found);
  return found;
}
