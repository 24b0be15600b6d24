// The front door, put together: store, registries, admission, authentication, authorization, HTTPS and the way in for
// callers of the same process. Made by cluster/ and sim/; tests make one over the memory store.
import { Service } from '../api/core/v1/service.ts';
import { Scheme } from '../api/scheme/scheme.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { Random } from '../kit/random.ts';
import type { Store } from '../store/store.ts';
import { errorAnswer } from './handlers/answers.ts';
import type { Shared } from './handlers/context.ts';
import { dispatch } from './handlers/dispatch.ts';
import { type InProcess, inProcess } from './in-process.ts';
import { admitsAll } from './registry/admission.ts';
import { Registries } from './registry/registries.ts';
import type { ApiRequest, Reply, User } from './request.ts';
import { requestInfo } from './request-info.ts';
import type { ServiceResources } from './strategies/service.ts';
import { type ServiceRanges, servicePools } from './strategies/service-pools.ts';
import { strategies } from './strategies/strategies.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** 10.96.0.0/16 when left out. */
  readonly serviceCidr?: string;
  /** 30000 to 32767 when left out. */
  readonly nodePorts?: readonly [number, number];
}

const RANGES: ServiceRanges = { serviceCidr: '10.96.0.0/16', nodePorts: [30000, 32767] };

export class ApiServer {
  readonly inProcess: InProcess;
  readonly #shared: Shared;
  readonly #log: Logger;

  constructor(options: ApiServerOptions) {
    const { store, clock, random, log } = options;
    const scheme = new Scheme();
    const ranges = {
      serviceCidr: options.serviceCidr ?? RANGES.serviceCidr,
      nodePorts: options.nodePorts ?? RANGES.nodePorts,
    };
    let pools: ServiceResources | undefined;
    const services = () => {
      pools ??= servicePools(
        ranges,
        random,
        registries
          .of(Service)
          .cache.items()
          .map(({ object }) => object as unknown as Service),
      );
      return pools;
    };
    const registries = new Registries(store, scheme, strategies({ services }));
    this.#log = log;
    this.#shared = {
      scheme,
      store,
      clock,
      random,
      admission: admitsAll,
      subresources: {},
      served: (group, version, plural) => registries.get(group, version, plural),
    };
    this.inProcess = inProcess((request, user) => this.handle(request, user));
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  /** Answers any request; never rejects. */
  async handle(request: ApiRequest, user: User): Promise<Reply> {
    try {
      const info = requestInfo(request.method, request.path, request.query);
      return await dispatch({ shared: this.#shared, request, info, user, warnings: [] });
    } catch (error) {
      const answer = errorAnswer(error);
      if (answer.status === 500) this.#log.error('request failed', { path: request.path, error });
      return answer;
    }
  }
}

export const createApiServer = (options: ApiServerOptions): ApiServer => new ApiServer(options);
