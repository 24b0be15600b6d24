// What NetworkPolicies say of connections between workloads, and from outside. Pure.
import type { NetworkPolicy } from '../../../../api/kinds/networking/v1/network-policy.ts';
import { type CompiledPolicy, compile } from '../../../../api/network-policies/compile.ts';
import {
  type End,
  isolating,
  judgeConnection,
  portsText,
  type Verdict,
} from '../../../../api/network-policies/verdict.ts';
import type { Labels } from '../../../../api/selectors/label-selector.ts';
import { SelectorError } from '../../../../api/selectors/selector-error.ts';
import { OUTSIDE } from './graph.ts';
import type { Workload } from './workloads.ts';

export interface Isolation {
  /** Names of the policies that select it. */
  readonly ingress: readonly string[];
  readonly egress: readonly string[];
}

export type Answer = 'open' | 'allowed' | 'denied';

export interface Connection {
  readonly from: string;
  readonly to: string;
  /** `open`: no policy is about it. */
  readonly answer: Answer;
  readonly ports: string;
  /** Which policies decide. */
  readonly why: string;
}

/** An address that no block of a private network has: whoever comes from outside may have any. */
const ELSEWHERE: End = { addresses: ['203.0.113.1'], ports: [] };

export class Policies {
  readonly #policies: readonly CompiledPolicy[];
  readonly #namespaces: ReadonlyMap<string, Labels>;
  readonly #ends: ReadonlyMap<string, End>;

  constructor(
    policies: readonly Readonly<NetworkPolicy>[],
    namespaces: ReadonlyMap<string, Labels>,
    workloads: readonly Workload[],
  ) {
    this.#policies = policies.flatMap(compiled);
    this.#namespaces = namespaces;
    this.#ends = new Map([[OUTSIDE, ELSEWHERE], ...workloads.map((each) => [each.id, endOf(each)] as const)]);
  }

  get isEmpty(): boolean {
    return this.#policies.length === 0;
  }

  isolationOf(id: string): Isolation {
    const end = this.#ends.get(id) ?? ELSEWHERE;
    const names = (direction: 'ingress' | 'egress') =>
      isolating(direction, this.#policies, end).map(({ key }) => key.slice(key.indexOf('/') + 1));
    return { ingress: names('ingress'), egress: names('egress') };
  }

  /** Between two workloads, or one and `outside`. */
  between(from: string, to: string): Connection {
    const [source, target] = [this.#ends.get(from) ?? ELSEWHERE, this.#ends.get(to) ?? ELSEWHERE];
    // Without its labels a namespace is known by its name only.
    const labelsOf = (name: string) => this.#namespaces.get(name) ?? { 'kubernetes.io/metadata.name': name };
    const verdict = judgeConnection(this.#policies, labelsOf, source, target);
    return { from, to, ...told(verdict) };
  }

  /** Of one with all others, in both directions. */
  around(id: string): Connection[] {
    return [...this.#ends.keys()]
      .filter((other) => other !== id)
      .flatMap((other) => [this.between(other, id), this.between(id, other)]);
  }

  /** What is allowed where not everything is: the connections that policies let through, at most `most`. */
  allowed(most: number): { readonly connections: readonly Connection[]; readonly more: boolean } {
    const found: Connection[] = [];
    const ids = [...this.#ends.keys()];
    const isolated = new Map(ids.map((id) => [id, this.isolationOf(id)]));
    for (const from of ids)
      for (const to of ids) {
        if (from === to) continue;
        if (!isolated.get(from)!.egress.length && !isolated.get(to)!.ingress.length) continue;
        const connection = this.between(from, to);
        if (connection.answer !== 'allowed') continue;
        if (found.length === most) return { connections: found, more: true };
        found.push(connection);
      }
    return { connections: found, more: false };
  }
}

/** A policy that validation would have refused says nothing. */
function compiled(policy: Readonly<NetworkPolicy>): CompiledPolicy[] {
  try {
    return [compile(policy)];
  } catch (error) {
    if (error instanceof SelectorError) return [];
    throw error;
  }
}

const endOf = ({ namespace, labels, addresses, ports, hostNetwork }: Workload): End =>
  hostNetwork ? { addresses, ports } : { pod: { namespace, labels }, addresses, ports };

function told({ egress, ingress, ports }: Verdict): Pick<Connection, 'answer' | 'ports' | 'why'> {
  const text = portsText(ports);
  if (egress.selecting.length === 0 && ingress.selecting.length === 0)
    return { answer: 'open', ports: text, why: 'no policy' };
  if (ports === 'all' || ports.length > 0) {
    const by = [...new Set([...egress.allowing, ...ingress.allowing])];
    return { answer: 'allowed', ports: text, why: `by ${by.join(', ')}` };
  }
  const against = [
    ...(isNone(egress.ports) ? [`egress: ${egress.selecting.join(', ')}`] : []),
    ...(isNone(ingress.ports) ? [`ingress: ${ingress.selecting.join(', ')}`] : []),
  ];
  return { answer: 'denied', ports: text, why: against.join('; ') || 'the two ends allow no port in common' };
}

const isNone = (ports: Verdict['ports']): boolean => ports !== 'all' && ports.length === 0;
