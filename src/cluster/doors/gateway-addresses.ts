// The addresses at which pods reach Gateways, as the machine's own: given to the bridge between the nodes, or in host mode to the machine's
// loopback interface. Called by local-site.ts.

import { gatewayFlush } from '../nodes/links.ts';
import { gatewayAddresses, gatewayLink, type NodesPlan } from '../nodes/plan.ts';
import { hostShell } from '../nodes/shell.ts';

type Plan = Pick<NodesPlan, 'index' | 'bridge'>;

export class GatewayAddresses {
  readonly #plan: Plan;
  readonly #inside: ReadonlySet<string>;
  #held: ReadonlySet<string> | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#inside = new Set(gatewayAddresses(plan).map(({ inside }) => inside));
  }

  /** Of `wanted` those that are for pods. The first call removes what an earlier process left. */
  async hold(wanted: ReadonlySet<string>): Promise<void> {
    const next = new Set([...wanted].filter((address) => this.#inside.has(address)));
    if (!this.#held) await hostShell.tryExec(gatewayFlush(this.#plan));
    const held = this.#held ?? new Set();
    const lines = [
      ...[...next].filter((one) => !held.has(one)).map((one) => this.#line('replace', one)),
      ...[...held].filter((one) => !next.has(one)).map((one) => this.#line('del', one)),
    ];
    if (lines.length > 0) await hostShell.exec(['ip', '-force', '-batch', '-'], { input: lines.join('') });
    this.#held = next;
  }

  async release(): Promise<void> {
    if (this.#held) await hostShell.tryExec(gatewayFlush(this.#plan));
    this.#held = undefined;
  }

  #line = (verb: string, address: string): string =>
    `addr ${verb} ${address}/32 dev ${gatewayLink(this.#plan)}\n`;
}
