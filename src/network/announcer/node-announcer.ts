// One node's announced addresses: they are on its interface, so that its kernel answers ARP and neighbour solicitations for them, and
// neighbours are told at once. Nothing but ports of Services is reached through them: what the rules of Services do not lead on is
// rejected before it gets to a program of the node.
import type { NodeExec } from '../node-exec.ts';
import type { OwnNode } from './announcer.ts';
import { announcements } from './frames.ts';
import { guard } from './guard.ts';
import { heldAddresses, type Interface, type IsAnnounced, interfaceFor } from './interfaces.ts';
import { sendFrames } from './send-frames.ts';

export interface NodeAnnouncerOptions {
  readonly name: string;
  readonly exec: NodeExec;
  /** The node's own. */
  readonly address: string;
  readonly isAnnounced: IsAnnounced;
}

/** What was read of the node, and what was done to it since. */
interface Seen {
  readonly interfaces: readonly Interface[];
  readonly held: Map<string, Interface>;
}

export class NodeAnnouncer implements OwnNode {
  readonly name: string;
  readonly #options: NodeAnnouncerOptions;
  #seen: Seen | undefined;
  #guarded: string | undefined;

  constructor(options: NodeAnnouncerOptions) {
    this.name = options.name;
    this.#options = options;
  }

  forget(): void {
    this.#seen = undefined;
    this.#guarded = undefined;
  }

  async guard(announced: ReadonlySet<string>): Promise<void> {
    const rules = guard([...announced].sort());
    if (rules === this.#guarded) return;
    await this.#options.exec(['nft', '-f', '-'], { input: rules });
    this.#guarded = rules;
  }

  async withdraw(wanted: ReadonlySet<string>): Promise<void> {
    const { held } = await this.#see();
    const gone = [...held].filter(([address]) => !wanted.has(address));
    await this.#batch(gone.map(([address, { ifname }]) => `address del ${whole(address)} dev ${ifname}`));
    for (const [address] of gone) held.delete(address);
  }

  async add(wanted: ReadonlySet<string>): Promise<string[]> {
    const { interfaces, held } = await this.#see();
    const places = new Map<string, Interface>();
    for (const address of wanted) {
      if (held.has(address)) continue;
      const place = interfaceFor(address, this.#options.address, interfaces);
      if (!place) throw new Error(`no interface of the node is for ${address}`);
      places.set(address, place);
    }
    await this.#batch(
      [...places].map(
        ([address, { ifname }]) => `address add ${whole(address)} dev ${ifname} ${howOf(address)}`,
      ),
    );
    for (const [address, place] of places) held.set(address, place);
    await this.#tell(places);
    return [...places.keys()];
  }

  async announce(addresses: readonly string[]): Promise<void> {
    const { held } = await this.#see();
    await this.#tell(new Map([...held].filter(([address]) => addresses.includes(address))));
  }

  async #tell(places: ReadonlyMap<string, Interface>): Promise<void> {
    for (const [{ ifindex, address: mac = '' }, own] of Map.groupBy(places, ([, place]) => place)) {
      const frames = own.flatMap(([address]) => announcements(address, mac));
      await sendFrames(this.#options.exec, ifindex, frames);
    }
  }

  async #see(): Promise<Seen> {
    if (this.#seen) return this.#seen;
    const interfaces = JSON.parse(
      await this.#options.exec(['ip', '-json', 'address', 'show']),
    ) as Interface[];
    this.#seen = { interfaces, held: heldAddresses(interfaces, this.#options.isAnnounced) };
    return this.#seen;
  }

  async #batch(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    await this.#options.exec(['ip', '-force', '-batch', '-'], { input: `${lines.join('\n')}\n` });
  }
}

const whole = (address: string) => `${address}/${address.includes(':') ? 128 : 32}`;

/** Without a search for duplicates, which takes a second; and deprecated, so that the node does not send from it. */
const howOf = (address: string) => (address.includes(':') ? 'nodad preferred_lft 0' : '');
