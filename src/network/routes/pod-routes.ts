// Keeps a node's way to the pods of all others: whenever Nodes change, and now and then for what others change (links, addresses,
// their MTU), it reads what the kernel has and sets what is missing. It remembers nothing: an agent that is started anew finds
// everything in place and changes nothing. Made by start-routes.ts.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { Backoff } from '../../kit/backoff.ts';
import { type Clock, Pace, type Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { NodeExec } from '../node-exec.ts';
import { ANNOTATION, annotationOf } from './annotation.ts';
import { changesOf, type Identity } from './changes.ts';
import { changeKernel, readKernel } from './kernel.ts';
import type { Mode } from './paths.ts';
import { isReachable, type Peer, peerOf } from './peers.ts';
import { type Plan, planOf } from './plan.ts';

export interface PodRoutesOptions extends Identity {
  /** Empty for the machine itself, which is no node and routes to all of them. */
  readonly nodeName: string;
  readonly mode: Mode;
  readonly exec: NodeExec;
  /** All nodes, once they are known. */
  readonly nodes: () => readonly Readonly<Node>[];
  /** Writes the annotation of this node's own Node; null removes it. */
  readonly publish?: (annotation: string | null) => Promise<void>;
  /** The largest packet of the pods to come. */
  readonly onMtu?: (mtu: number) => Promise<void>;
  /** Of the node's private key, for WireGuard. */
  readonly keyFile?: string;
  /** Milliseconds between looks at the kernel; ten seconds when left out. */
  readonly checkMs?: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds between attempts while a program fails, for example because a node's address is on no link yet. */
const BACKOFF = { base: 1_000, cap: 30_000 };
/** A link that was down for a moment has lost its routes. */
const CHECK_MS = 10_000;

export class PodRoutes {
  readonly #options: PodRoutesOptions;
  readonly #backoff = new Backoff<'routes'>(BACKOFF);
  readonly #check: Timer;
  #work: Promise<void> = Promise.resolve();
  #waiting = false;
  #retry: Timer | undefined;
  #mtu: number | undefined;
  #problems = '';
  #stopped = false;

  constructor(options: PodRoutesOptions) {
    this.#options = options;
    this.#check = options.clock.every(options.checkMs ?? CHECK_MS, () => void this.sync());
  }

  /** Resolves when an attempt that began after the call is over; one that fails is repeated with back-off. */
  sync(): Promise<void> {
    if (this.#waiting) return this.#work;
    this.#waiting = true;
    this.#work = this.#work.then(() => {
      this.#waiting = false;
      return this.#attempt();
    });
    return this.#work;
  }

  /** Everything that was set stays. */
  stop(): void {
    this.#stopped = true;
    this.#check.cancel();
    this.#retry?.cancel();
  }

  async #attempt(): Promise<void> {
    this.#retry?.cancel();
    if (this.#stopped) return;
    try {
      await this.#setAll();
      this.#backoff.forget('routes');
    } catch (error) {
      const wait = this.#backoff.next('routes');
      this.#options.log.warn('setting routes failed, trying again', { wait, error: messageOf(error) });
      if (!this.#stopped) this.#retry = this.#options.clock.after(wait, () => void this.sync());
    }
  }

  async #setAll(): Promise<void> {
    const { nodeName, nodes, mode, exec, device, keyFile } = this.#options;
    const all = nodes();
    const own = all.find(({ metadata }) => metadata.name === nodeName);
    // A node that is being registered again keeps what it has.
    if (nodeName && !own) return;
    const keys =
      mode === 'wireguard' && keyFile
        ? await (await import('./identity/wireguard-key.ts')).keysIn(keyFile)
        : undefined;
    const observed = await readKernel(exec, this.#options);
    const plan = planOf({
      mode,
      self: own && peerOf(own),
      others: await this.#peers(all.filter((node) => node !== own)),
      links: observed.links,
      device,
      ...(keys && { publicKey: keys.publicKey, proof: keys.proofFor(nodeName) }),
    });
    this.#tell(plan.problems);
    await changeKernel(exec, changesOf(plan, observed, this.#options), async () => {
      if (plan.tunnel && keys) await this.#setEnds(plan, keys.privateKey);
    });
    await this.#publish(plan, own);
    await this.#useMtu(plan.podMtu);
  }

  /** Thousands of nodes are read in steps. */
  async #peers(nodes: readonly Readonly<Node>[]): Promise<Peer[]> {
    const pace = new Pace(this.#options.clock);
    const peers: Peer[] = [];
    for (const node of nodes) {
      const rest = pace.rest();
      if (rest) await rest;
      peers.push(peerOf(node));
    }
    return peers.filter(isReachable);
  }

  async #setEnds({ ends }: Plan, privateKey: string): Promise<void> {
    const { configurationOf } = await import('./wireguard.ts');
    const { exec, device } = this.#options;
    // Our end of the input is a socket, which cannot be opened by its name.
    const command = ['sh', '-c', 'cat | wg syncconf "$0" /dev/stdin', device];
    await exec(command, { input: configurationOf(privateKey, ends) });
  }

  /** Others may use this node's end of the tunnels now. */
  async #publish({ tunnel }: Plan, own: Readonly<Node> | undefined): Promise<void> {
    const wanted = tunnel && annotationOf(tunnel);
    if (own && own.metadata.annotations?.[ANNOTATION] !== wanted)
      await this.#options.publish?.(wanted ?? null);
  }

  async #useMtu(mtu: number | undefined): Promise<void> {
    if (mtu === undefined || mtu === this.#mtu) return;
    await this.#options.onMtu?.(mtu);
    this.#mtu = mtu;
  }

  #tell(problems: readonly string[]): void {
    const text = problems.join('; ');
    if (text && text !== this.#problems)
      this.#options.log.warn('not every node can be reached', { problems });
    this.#problems = text;
  }
}
