// The conntrack flows to delete after a change: UDP and SCTP flows outlive their endpoint, and the kernel would go on sending a client's
// packets to a pod that is gone, or to an address that had no endpoint when the flow began. Pure; proxy.ts runs the commands.
// Follows kube-proxy (pkg/proxy/conntrack): flows to endpoints that still serve stay, and so do those of a Service that has none left.
import type { AddressFamily } from '../family.ts';
import type { Frontend } from './frontends.ts';

interface Known {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  /** Endpoints to which flows may lead: words of target(). */
  readonly flows: ReadonlySet<string>;
  /** There was an endpoint the last time. */
  readonly served: boolean;
}

export class FlowBook {
  readonly #services = new Map<string, Map<string, Known>>();

  /** The words of `conntrack -D` for each kind of flow that is stale now. `nodes`: the addresses of node ports. */
  update(
    service: string,
    frontends: readonly Frontend[],
    { name }: AddressFamily,
    nodes: readonly string[],
  ): string[] {
    const before = this.#services.get(service);
    const now = new Map<string, Known>();
    const stale: string[] = [];
    for (const { protocol, address, port, serving } of frontends) {
      if (protocol === 'tcp') continue;
      const old = before?.get(`${address} ${protocol} ${port}`);
      const served = serving.length > 0;
      const flows = served ? new Set(serving.map(target)) : (old?.flows ?? new Set<string>());
      const known: Known = { protocol, address, port, flows, served };
      now.set(`${address} ${protocol} ${port}`, known);
      if (!served || !old) continue;
      // What came while there was no endpoint leads to the address itself.
      const nowhere = old.served ? [] : address === 'node' ? nodes : [address];
      const ends = [...old.flows, ...nowhere.map((ip) => target({ ip, port }))];
      for (const end of ends) if (!flows.has(end)) stale.push(flow(name, known, end));
    }
    for (const [key, old] of before ?? [])
      if (!now.has(key)) for (const end of old.flows) stale.push(flow(name, old, end));
    if (now.size > 0) this.#services.set(service, now);
    else this.#services.delete(service);
    return stale;
  }
}

/** Words of `conntrack -D`: where flows lead. */
const target = ({ ip, port }: { ip: string; port: number }): string =>
  `--reply-src ${ip} --reply-port-src ${port}`;

function flow(family: string, { protocol, address, port }: Known, end: string): string {
  const to = address === 'node' ? '' : ` --orig-dst ${address}`;
  return `-f ${family.toLowerCase()} -p ${protocol}${to} --orig-port-dst ${port} ${end}`;
}
