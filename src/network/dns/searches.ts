// Answers searches of pods while the ConfigMap asks for it: only then does this process watch pods.
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { namespaceOf } from '../../api/meta/v1/object.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import { searchedNames } from './autopath.ts';
import { canonical } from './zone/names.ts';

export interface SearchesOptions {
  readonly informers: Pick<InformerFactory, 'informer'>;
  readonly domain: string;
  readonly nodeSearches: () => readonly string[];
}

const BY_IP = 'dns:pod-ip';

export class Searches {
  readonly #options: SearchesOptions;
  #pods: Lister<Pod> | undefined;

  constructor(options: SearchesOptions) {
    this.#options = options;
  }

  switch(on: boolean): void {
    if (!on) {
      this.#pods = undefined;
      return;
    }
    const informer = this.#options.informers.informer(Pod);
    informer.addIndex(BY_IP, addressesOf);
    this.#pods = informer.lister;
  }

  /** The names that the client's resolver would try next; undefined when it did not search, or nobody wants to know. */
  names(name: string, client: string): readonly string[] | undefined {
    const pods = this.#pods;
    if (!pods) return undefined;
    const namespaceAt = (address: string) => {
      const [pod] = pods.byIndex(BY_IP, canonical(address));
      return pod && namespaceOf(pod);
    };
    return searchedNames({ ...this.#options, namespaceAt }, name, client);
  }
}

/** Addresses that the pod has for itself. */
function addressesOf({ spec, status }: Readonly<Pod>): string[] {
  const ended = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (spec?.hostNetwork || ended) return [];
  return (status?.podIPs ?? []).map(({ ip }) => canonical(ip));
}
