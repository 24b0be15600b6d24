// What views of the dashboard need besides the API: GET /dashboard/views/usage, requests, volumes and certificates. All of it is read as the
// session's user; only what has been authorized leaves. Loaded with the first request for one of them.
import { methodNotAllowed, pageNotFound } from '../../../api/status/status-error.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { Use } from '../usage/history.ts';
import { Sampler } from '../usage/sampler.ts';
import { certificateEnds } from './certificates.ts';
import type { Reader } from './reader.ts';
import { requestsByNode } from './requests.ts';
import { usageOf } from './usage.ts';
import { volumesOf } from './volumes.ts';

export interface ViewsOptions {
  /** What nodes and pods use now, whoever asks. */
  readonly measure: () => Promise<ReadonlyMap<string, Use>>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Views {
  readonly #options: ViewsOptions;
  readonly #sampler: Sampler;

  constructor(options: ViewsOptions) {
    this.#options = options;
    this.#sampler = new Sampler(options);
  }

  /** Somebody looks at the dashboard: samples are taken from now on. */
  use(): void {
    this.#sampler.use();
  }

  /** `view`: the path below /dashboard/views/. Rejects as the API refuses. */
  async answer(method: string, view: string, query: URLSearchParams, read: Reader): Promise<object> {
    if (method !== 'GET') throw methodNotAllowed({ resource: 'views' }, method.toLowerCase());
    this.use();
    switch (view) {
      case 'usage':
        return usageOf(read, this.#sampler, query);
      case 'requests':
        return requestsByNode(read);
      case 'volumes':
        return volumesOf(read, query.get('namespace') ?? '');
      case 'certificates':
        return certificateEnds(read, query.get('namespace') ?? '', this.#options.clock.now());
      default:
        throw pageNotFound();
    }
  }

  stop(): void {
    this.#sampler.stop();
  }
}
