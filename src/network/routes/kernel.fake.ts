// A kernel's links, routes, neighbours and forwarding entries in memory, behind the programs that read and change them. For tests.
import { isIPv6 } from 'node:net';
import type { NodeExec } from '../node-exec.ts';

interface FakeLink {
  readonly name: string;
  mtu: number;
  up: boolean;
  mac: string;
  kind: string;
  vxlan?: { readonly id: number; readonly local: string; readonly port: number; readonly learning: boolean };
  addresses: string[];
}

interface FakeRoute {
  readonly range: string;
  readonly how: string;
  readonly protocol: number;
  readonly metric: number;
}

export class FakeKernel {
  readonly links = new Map<string, FakeLink>();
  routes: FakeRoute[] = [];
  readonly neighbours = new Map<string, { readonly mac: string; readonly device: string }>();
  readonly forwarding = new Map<string, { readonly address: string; readonly device: string }>();
  /** The last input of `wg syncconf`. */
  wireguard = '';
  /** Every line that changed something, in order. */
  readonly changes: string[] = [];
  /** Lines with this in them fail. */
  failing: string | undefined;

  /** A link as an administrator would have set it up. */
  addLink(name: string, addresses: readonly string[], mtu = 1500): void {
    this.links.set(name, { name, mtu, up: true, mac: '', kind: 'veth', addresses: [...addresses] });
  }

  readonly exec: NodeExec = async (command, { input = '' } = {}) => {
    const words = command.join(' ');
    const lines = input.split('\n').filter(Boolean);
    if (words.startsWith('ip -json'))
      return `${this.#links()}\n${this.#routes(false)}\n${this.#permanent()}\n`;
    if (words.startsWith('ip -6 -json')) return `${this.#routes(true)}\n`;
    if (words.startsWith('bridge -json')) return `${this.#entries(command.at(-1)!)}\n`;
    if (words.includes('wg syncconf')) {
      if (!this.links.has(command.at(-1)!)) throw new Error('no such device');
      this.wireguard = input;
      return '';
    }
    const failed = lines.filter((line) => !this.#change(command[0]!, line));
    if (failed.length > 0) throw new Error(`failed: ${failed.join('; ')}`);
    return '';
  };

  #change(program: string, line: string): boolean {
    if (this.failing && line.includes(this.failing)) return false;
    this.changes.push(line);
    const words = line.split(' ');
    const after = (word: string) => words[words.indexOf(word) + 1]!;
    const [object, verb, first = ''] = words;
    if (program === 'bridge') return this.#forward(verb!, first, after('dev'), after('dst'));
    if (object === 'link') return this.#link(verb!, first, words, after);
    const device = words.includes('dev') ? after('dev') : '';
    if (device && !this.links.has(device)) return false;
    if (object === 'addr') {
      const { addresses } = this.links.get(device)!;
      if (verb === 'add') addresses.push(first);
      else addresses.splice(addresses.indexOf(first), 1);
    } else if (object === 'neigh') {
      if (verb === 'del') return this.neighbours.delete(first);
      this.neighbours.set(first, { mac: after('lladdr'), device });
    } else this.#route(verb!, words, Number(after('proto')), Number(after('metric')));
    return true;
  }

  #forward(verb: string, mac: string, device: string, address: string): boolean {
    if (!this.links.has(device)) return false;
    if (verb === 'del') return this.forwarding.delete(mac);
    this.forwarding.set(mac, { address, device });
    return true;
  }

  #link(verb: string, name: string, words: readonly string[], after: (word: string) => string): boolean {
    if (verb === 'add') {
      const vxlan = words.includes('vxlan')
        ? { id: Number(after('id')), local: after('local'), port: Number(after('dstport')), learning: false }
        : undefined;
      const [mac, kind] = [vxlan ? after('address') : '', after('type')];
      const made = { name, mtu: Number(after('mtu')), up: false, mac, kind, addresses: [] };
      this.links.set(name, { ...made, ...(vxlan && { vxlan }) });
      return true;
    }
    const link = this.links.get(name);
    if (!link) return false;
    if (verb === 'del') this.#remove(name);
    else if (words.at(-1) === 'up') link.up = true;
    else if (words.includes('mtu')) link.mtu = Number(after('mtu'));
    return true;
  }

  #remove(name: string): void {
    this.links.delete(name);
    this.routes = this.routes.filter(({ how }) => !how.includes(`dev ${name}`));
    for (const entries of [this.neighbours, this.forwarding])
      for (const [key, { device }] of entries) if (device === name) entries.delete(key);
  }

  #route(verb: string, words: readonly string[], protocol: number, metric: number): void {
    const closed = words[2] === 'unreachable';
    const range = words[closed ? 3 : 2]!;
    const how = closed ? 'unreachable' : words.slice(3, words.indexOf('proto')).join(' ');
    this.routes = this.routes.filter((route) => route.range !== range || route.metric !== metric);
    if (verb === 'replace') this.routes.push({ range, how, protocol, metric });
  }

  #links(): string {
    return JSON.stringify(
      [...this.links.values()].map(({ name, mtu, up, mac, kind, vxlan, addresses }) => ({
        ifname: name,
        mtu,
        flags: up ? ['UP'] : [],
        address: mac,
        linkinfo: { info_kind: kind, ...(vxlan && { info_data: vxlan }) },
        addr_info: addresses.map((text) => {
          const [local, bits] = text.split('/');
          return { local, prefixlen: Number(bits) };
        }),
      })),
    );
  }

  #routes(ipv6: boolean): string {
    const shown = this.routes.filter(({ range }) => isIPv6(range.split('/')[0]!) === ipv6);
    return JSON.stringify(
      shown.map(({ range, how, metric }) => {
        const words = how.split(' ');
        const after = (word: string) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);
        return {
          type: how === 'unreachable' ? how : 'unicast',
          dst: range,
          gateway: after('via'),
          dev: after('dev') ?? (how === 'unreachable' ? 'lo' : 'eth0'),
          metric,
          flags: words.includes('onlink') ? ['onlink'] : [],
        };
      }),
    );
  }

  #permanent(): string {
    return JSON.stringify(
      [...this.neighbours].map(([dst, { mac, device }]) => ({ dst, dev: device, lladdr: mac })),
    );
  }

  #entries(name: string): string {
    const own = [...this.forwarding].filter(([, { device }]) => device === name);
    return JSON.stringify(own.map(([mac, { address }]) => ({ mac, dst: address })));
  }
}
