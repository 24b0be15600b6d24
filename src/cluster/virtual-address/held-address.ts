// The virtual address on this machine: on the interface in whose network it is, so that the kernel answers for it, and with a lifetime,
// so that the kernel takes it away by itself when this process is killed or stands still.

import { announcements } from '../../network/announcer/frames.ts';
import { type Interface, interfaceFor, isWhole } from '../../network/announcer/interfaces.ts';
import { sendFrames } from '../../network/announcer/send-frames.ts';
import type { NodeExec } from '../../network/node-exec.ts';

export interface HeldAddressOptions {
  readonly address: string;
  /** Of this machine: the interface that has it is used where no network contains the virtual one. */
  readonly own: string;
  readonly exec: NodeExec;
}

/** Renewed every two seconds. */
const LIFETIME_S = 10;

export class HeldAddress {
  readonly #options: HeldAddressOptions;

  constructor(options: HeldAddressOptions) {
    this.#options = options;
  }

  /** From now on, for the lifetime. Resolves with whether the machine did not have it. */
  async hold(): Promise<boolean> {
    const interfaces = await this.#interfaces();
    const place = this.#place(interfaces);
    if (!place) throw new Error(`no interface is for ${this.#options.address}`);
    const fresh = this.#holders(interfaces).length === 0;
    if (fresh) await this.#beModest(place.ifname);
    await this.#ip(`address replace ${this.#whole} dev ${place.ifname} ${this.#how}`);
    return fresh;
  }

  /**
   * The kernel names the virtual address in no question of its own to neighbours: those of a machine that hears nobody, which goes on
   * asking for the other end of old connections, would take the address back from the server that has it now.
   */
  async #beModest(ifname: string): Promise<void> {
    if (this.#options.address.includes(':')) return;
    await this.#options.exec(['sysctl', '-q', '-w', `net/ipv4/conf/${ifname}/arp_announce=2`]);
  }

  /** Tells the neighbours that it is here. */
  async announce(): Promise<void> {
    const place = this.#place(await this.#interfaces());
    if (!place?.address) return;
    const frames = announcements(this.#options.address, place.address);
    await sendFrames(this.#options.exec, place.ifindex, frames);
  }

  async release(): Promise<void> {
    for (const { ifname } of this.#holders(await this.#interfaces()))
      await this.#ip(`address del ${this.#whole} dev ${ifname}`);
  }

  get #whole(): string {
    const { address } = this.#options;
    return `${address}/${address.includes(':') ? 128 : 32}`;
  }

  /** Deprecated: the machine does not send from it by itself. Without a search for duplicates, which takes a second. */
  get #how(): string {
    const lifetime = `valid_lft ${LIFETIME_S} preferred_lft 0`;
    return this.#options.address.includes(':') ? `nodad ${lifetime}` : lifetime;
  }

  #place(interfaces: readonly Interface[]): Interface | undefined {
    return interfaceFor(this.#options.address, this.#options.own, interfaces);
  }

  #holders(interfaces: readonly Interface[]): readonly Interface[] {
    const { address } = this.#options;
    return interfaces.filter(({ addr_info = [] }) =>
      addr_info.some(({ local = '', prefixlen }) => local === address && isWhole(local, prefixlen)),
    );
  }

  async #interfaces(): Promise<Interface[]> {
    return JSON.parse(await this.#options.exec(['ip', '-json', 'address', 'show'])) as Interface[];
  }

  async #ip(line: string): Promise<void> {
    await this.#options.exec(['ip', '-batch', '-'], { input: `${line}\n` });
  }
}
