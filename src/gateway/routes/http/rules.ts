// An HTTPRoute or GRPCRoute by itself. Pure; called by ../route-plans.ts. Of a rule with a match that is not supported the match is
// dropped; with a filter that is not, its requests get 500.
import type { GRPCRoute, GRPCRouteRule } from '../../../api/kinds/gateway/v1/grpc-route.ts';
import type { HTTPRequestMirrorFilter } from '../../../api/kinds/gateway/v1/http-filters.ts';
import type { HTTPRoute, HTTPRouteRule } from '../../../api/kinds/gateway/v1/http-route.ts';
import type { Mirror, Policy } from '../../model/policy.ts';
import { ageOf } from '../age.ts';
import type { Reference } from '../backends/resolve.ts';
import {
  baseName,
  Findings,
  isUsed,
  type PlannedBackend,
  type PlannedMirror,
  type PlannedRoute,
  type PlannedRule,
} from '../plan.ts';
import { isWhole } from '../whole.ts';
import type { Lookups } from '../world.ts';
import { combined, type Filter, type Filtered, filtered } from './filters.ts';
import { grpcMatch, httpMatch, type Match, Unsupported } from './matches.ts';
import { timeoutsOf } from './timeouts.ts';

type Route = Readonly<HTTPRoute> | Readonly<GRPCRoute>;
type Rule = Readonly<HTTPRouteRule> | Readonly<GRPCRouteRule>;

export function planHttp(route: Route, world: Lookups): PlannedRoute {
  return new HttpPlan(route, world).plan();
}

const CLOSED: Policy = { protocol: 'http', closed: 500 };

class HttpPlan {
  readonly #route: Route;
  readonly #world: Lookups;
  readonly #findings = new Findings();
  readonly #base: string;

  constructor(route: Route, world: Lookups) {
    this.#route = route;
    this.#world = world;
    this.#base = baseName(route);
  }

  plan(): PlannedRoute {
    const given: readonly Rule[] = this.#route.spec.rules ?? [];
    const rules = (given.length > 0 ? given : [{}]).map((rule, i) => this.#rule(rule, `${this.#base}_${i}`));
    const served = rules.filter(({ matches }) => matches.length > 0);
    const { partial, ...rest } = this.#findings.all;
    const age = ageOf(this.#route);
    const { kind, metadata } = this.#route;
    const namespace = metadata.namespace!;
    if (served.length === 0 && partial) return { age, namespace, rules: [], unsupported: partial, ...rest };
    const target = { kind, namespace, name: metadata.name! };
    return { age, namespace, target, rules: served, ...rest, ...(partial && { partial }) };
  }

  #rule(rule: Rule, name: string): PlannedRule {
    const own = rule.name ? { name: rule.name } : {};
    const matches = this.#matches(rule);
    try {
      const only = (rule.matches?.length ?? 0) <= 1 ? matches[0] : undefined;
      return { ...own, matches, backends: this.#backends(rule, only, name) };
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      this.#drop(`requests get 500: ${error.message}`);
      return { ...own, matches, backends: [closed(name)] };
    }
  }

  #matches(rule: Rule): Match[] {
    const given = rule.matches?.length ? rule.matches : [{}];
    return given.flatMap((match) => {
      try {
        return [this.#route.kind === 'GRPCRoute' ? grpcMatch(match as object) : httpMatch(match as object)];
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error;
        this.#drop(error.message);
        return [];
      }
    });
  }

  /** Throws Unsupported. */
  #backends(rule: Rule, match: Match | undefined, name: string): PlannedBackend[] {
    const ruleFilters: readonly Filter[] = rule.filters ?? [];
    const common = filtered(ruleFilters, match);
    const refs = rule.backendRefs ?? [];
    const timeouts = timeoutsOf('timeouts' in rule ? rule.timeouts : undefined);
    if (common.redirect) return [this.#answering(common, timeouts, name)];
    const backends = refs.filter(isUsed).map((ref, i): PlannedBackend => {
      const own: readonly Filter[] = ref.filters ?? [];
      const changes = combined(common, filtered(own, match));
      const mirrors = this.#mirrors([...ruleFilters, ...own], `${name}_${i}`);
      return this.#backend(ref, changes, timeouts, mirrors, `${name}_${i}`);
    });
    // Those without a share are looked at as well: their faults are told.
    for (const ref of refs) if (!isUsed(ref)) this.#findings.resolve(this.#route, ref, this.#world);
    return backends.length > 0 ? backends : [closed(name)];
  }

  #answering(changes: Filtered, timeouts: object, name: string): PlannedBackend {
    const policy: Policy = { protocol: 'http', ...timeouts, ...changes };
    return { name, weight: 1, policy, endpoints: [], mirrored: [] };
  }

  #backend(
    ref: Readonly<Reference> & { readonly weight?: number },
    changes: Filtered,
    timeouts: Pick<Policy, 'timeouts'>,
    mirrored: readonly (PlannedMirror & { readonly mirror: Mirror })[],
    name: string,
  ): PlannedBackend {
    const { weight = 1 } = ref;
    const found = this.#findings.resolve(this.#route, ref, this.#world);
    if (!found) return { ...closed(name), weight };
    const mirrors = mirrored.map(({ mirror }) => mirror);
    const policy: Policy = {
      ...found.spoken,
      ...timeouts,
      ...changes,
      ...(mirrors.length > 0 && { mirrors }),
    };
    return {
      name,
      weight,
      policy,
      endpoints: found.endpoints,
      mirrored: mirrored.map(({ mirror: _, ...rest }) => rest),
    };
  }

  #mirrors(filters: readonly Filter[], name: string): (PlannedMirror & { readonly mirror: Mirror })[] {
    const wanted = filters.filter(({ type }) => type === 'RequestMirror').map((one) => one.requestMirror!);
    return wanted.flatMap((mirror, i) => {
      const found = this.#findings.resolve(this.#route, mirror.backendRef, this.#world);
      const { share, of } = shareOf(mirror);
      const isShare = isWhole(of, 1, 2 ** 31 - 1) && isWhole(share, 1, of);
      if (!found || !isShare || found.spoken.closed) return [];
      const backend = `${name}_m${i}`;
      return [
        { name: backend, policy: found.spoken, endpoints: found.endpoints, mirror: { backend, share, of } },
      ];
    });
  }

  #drop(message: string): void {
    this.#findings.partial ??= { reason: 'UnsupportedValue', message: `Dropped Rule: ${message}` };
  }
}

const closed = (name: string): PlannedBackend => ({
  name: `${name}_closed`,
  weight: 1,
  policy: CLOSED,
  endpoints: [],
  mirrored: [],
});

function shareOf({ percent, fraction }: HTTPRequestMirrorFilter): { share: number; of: number } {
  if (fraction) return { share: fraction.numerator, of: fraction.denominator ?? 100 };
  return percent === undefined ? { share: 1, of: 1 } : { share: percent, of: 100 };
}
