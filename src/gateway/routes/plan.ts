// What a route is by itself, whatever it is attached to: requests and connections, the backends they go to, and what is wrong with it.
import type { BackendRef } from '../../api/kinds/gateway/v1/references.ts';
import type { Policy } from '../model/policy.ts';
import type { Endpoint } from '../model/routes.ts';
import { type Reference, type ResolvedBackend, resolveBackend } from './backends/resolve.ts';
import type { Match } from './http/matches.ts';
import type { Fault } from './verdict.ts';
import { isWhole } from './whole.ts';
import type { AnyRoute, Lookups } from './world.ts';

export interface PlannedRoute {
  /** Decides between routes that want the same. */
  readonly age: string;
  readonly namespace: string;
  /** What RoutePolicies call it; there are none for routes of connections. */
  readonly target?: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly rules: readonly PlannedRule[];
  /** Nothing of the route is served. */
  readonly unsupported?: Fault;
  /** Some of it is not. */
  readonly partial?: Fault;
  /** A reference that leads nowhere. */
  readonly unresolved?: Fault;
  /** `namespace/name` of each that it refers to. */
  readonly services: ReadonlySet<string>;
}

export interface PlannedRule {
  readonly name?: string;
  /** None for routes of connections. */
  readonly matches: readonly Match[];
  /** With weights above 0; none for what is answered with an error, or for connections that are closed. */
  readonly backends: readonly PlannedBackend[];
}

export interface PlannedBackend {
  readonly name: string;
  readonly weight: number;
  /** Without a certificate of the door's own, which is the Gateway's. */
  readonly policy: Policy;
  readonly endpoints: readonly Endpoint[];
  /** What the policy's mirrors name. */
  readonly mirrored: readonly PlannedMirror[];
}

export type PlannedMirror = Omit<PlannedBackend, 'weight' | 'mirrored'>;

/** A route that is attached to a listener, with its hosts there. */
export interface Attached {
  readonly planned: PlannedRoute;
  readonly hosts: readonly string[];
}

/** Collects what is wrong with a route while it is planned: of each kind the first is told. */
export class Findings {
  readonly services = new Set<string>();
  unresolved: Fault | undefined;
  partial: Fault | undefined;

  resolve(
    route: Readonly<AnyRoute>,
    reference: Readonly<Reference>,
    world: Lookups,
  ): ResolvedBackend | undefined {
    const found = resolveBackend(route, reference, world);
    const { kind = 'Service', namespace = route.metadata.namespace!, name } = reference;
    if (kind === 'Service') this.services.add(`${namespace}/${name}`);
    if (!('reason' in found)) return found;
    this.unresolved ??= found;
    return undefined;
  }

  get all(): Pick<PlannedRoute, 'unresolved' | 'partial' | 'services'> {
    return {
      services: this.services,
      ...(this.unresolved && { unresolved: this.unresolved }),
      ...(this.partial && { partial: this.partial }),
    };
  }
}

/** Begins the names of a route's backends; Ingresses have no capital letters in theirs. */
export const baseName = ({ kind, metadata }: Readonly<AnyRoute>): string =>
  `${metadata.namespace}_${metadata.name}_${kind}`;

export const isUsed = ({ weight = 1 }: Pick<BackendRef, 'weight'>): boolean => isWhole(weight, 1, 1_000_000);
