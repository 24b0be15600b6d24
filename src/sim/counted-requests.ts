// Knows how many requests of a simulated cluster's clients are being answered, watches until they are open: while there are any,
// the cluster is not at rest.
import type { InProcess } from '../apiserver/in-process.ts';

export class CountedRequests implements InProcess {
  readonly #api: InProcess;
  pending = 0;

  constructor(api: InProcess) {
    this.#api = api;
  }

  request: InProcess['request'] = (request, user) => this.#count(this.#api.request(request, user));

  watch: InProcess['watch'] = (request, user) => this.#count(this.#api.watch(request, user));

  #count<T>(answer: Promise<T>): Promise<T> {
    this.pending++;
    return answer.finally(() => this.pending--);
  }
}
