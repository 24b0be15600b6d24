// One extender: a web service that has a say about nodes, victims and bindings. What is sent and what the answers mean; extenders.ts
// asks those that are interested in a pod. Redirects are not followed, and certificates are always verified unless the
// configuration says otherwise. Upstream: pkg/scheduler/extender.go.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { Clock } from '../../kit/clock.ts';
import { Poster } from '../../kit/http1/post.ts';
import type { RemoteServer } from '../../kit/http1/remote-server.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { NodeRemoval } from '../framework/plugin.ts';
import {
  bindingAnswer,
  type FilterAnswer,
  filterAnswer,
  type HostPriority,
  type MetaVictims,
  preemptionAnswer,
  priorityAnswer,
} from './answers.ts';

export interface ExtenderSettings
  extends Pick<RemoteServer, 'url' | 'ca' | 'cert' | 'key' | 'serverName' | 'insecureSkipVerify'> {
  /** Empty verbs stand for what the extender cannot do. */
  readonly filterVerb: string;
  readonly preemptVerb: string;
  readonly prioritizeVerb: string;
  readonly bindVerb: string;
  readonly weight: number;
  readonly timeoutMs: number;
  /** It knows the nodes: it is sent their names only. */
  readonly isNodeCacheCapable: boolean;
  /** Its errors do not fail the pod. */
  readonly isIgnorable: boolean;
  /** It is asked only about pods that want one of these; about all pods when there are none. */
  readonly managedResources: ReadonlySet<string>;
}

/** Bytes of an answer: the nodes that one cycle looks at, whole, fit in. */
const MAX_ANSWER = 16 << 20;

export class HttpExtender {
  readonly settings: ExtenderSettings;
  readonly #clock: Clock;
  /** One per verb, made when it is first used. */
  readonly #posters = new Map<string, Poster>();

  constructor(settings: ExtenderSettings, clock: Clock) {
    this.settings = settings;
    this.#clock = clock;
  }

  get name(): string {
    return this.settings.url;
  }

  isInterestedIn({ pod }: PodInfo): boolean {
    const { managedResources } = this.settings;
    return managedResources.size === 0 || wants(pod, managedResources);
  }

  filter(pod: PodInfo, nodes: readonly NodeInfo[], signal: AbortSignal): Promise<FilterAnswer> {
    return this.#send(this.settings.filterVerb, this.#aboutNodes(pod, nodes), signal, filterAnswer);
  }

  prioritize(
    pod: PodInfo,
    nodes: readonly NodeInfo[],
    signal: AbortSignal,
  ): Promise<readonly HostPriority[]> {
    return this.#send(this.settings.prioritizeVerb, this.#aboutNodes(pod, nodes), signal, priorityAnswer);
  }

  preempt(
    pod: PodInfo,
    removals: readonly NodeRemoval[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, MetaVictims>> {
    const byNode = (victim: (info: PodInfo) => unknown) =>
      Object.fromEntries(
        removals.map(({ node, victims, violations }) => [
          node,
          { Pods: victims.map(victim), NumPDBViolations: violations },
        ]),
      );
    const isShort = this.settings.isNodeCacheCapable;
    const request = {
      Pod: pod.pod,
      NodeNameToVictims: isShort ? null : byNode((info) => info.pod),
      NodeNameToMetaVictims: isShort ? byNode(({ uid }) => ({ UID: uid })) : null,
    };
    return this.#send(this.settings.preemptVerb, request, signal, preemptionAnswer);
  }

  /** The extender's error; empty when it has bound the pod. */
  bind({ pod, uid }: PodInfo, node: string): Promise<string> {
    const request = { PodName: nameOf(pod), PodNamespace: namespaceOf(pod), PodUID: uid, Node: node };
    return this.#send(this.settings.bindVerb, request, undefined, bindingAnswer);
  }

  close(): void {
    for (const poster of this.#posters.values()) poster.close();
  }

  #aboutNodes({ pod }: PodInfo, nodes: readonly NodeInfo[]) {
    const isShort = this.settings.isNodeCacheCapable;
    return {
      Pod: pod,
      Nodes: isShort ? null : { metadata: {}, items: nodes.map(({ node }) => node) },
      NodeNames: isShort ? nodes.map(({ name }) => name) : null,
    };
  }

  /** Rejects if there is no whole and valid answer in time. */
  async #send<T>(
    verb: string,
    request: object,
    signal: AbortSignal | undefined,
    decode: (answer: unknown) => T,
  ): Promise<T> {
    const { timeoutMs: timeout } = this.settings;
    const url = `${this.settings.url.replace(/\/+$/, '')}/${verb}`;
    let poster = this.#posters.get(verb);
    if (!poster) {
      poster = new Poster({ ...this.settings, url }, this.#clock);
      this.#posters.set(verb, poster);
    }
    const { status, body } = await poster.post(JSON.stringify(request), {
      ...{ timeout, limit: MAX_ANSWER },
      ...(signal && { signal }),
    });
    if (status !== 200) throw new Error(`failed ${verb} with extender at URL ${url}, code ${status}`);
    return decode(JSON.parse(body.toString()));
  }
}

function wants(pod: Readonly<Pod>, resources: ReadonlySet<string>): boolean {
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  return [...containers, ...initContainers].some(({ resources: { requests = {}, limits = {} } = {} }) =>
    [...Object.keys(requests), ...Object.keys(limits)].some((name) => resources.has(name)),
  );
}
