// The part of the door that HAProxy does not do, in a thread of its own: there is none until a model needs it. Called by ../proxies.ts.
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { RelayPlan } from './plan.ts';

export interface RelayMessage {
  readonly id: number;
  readonly plan: RelayPlan;
}

export interface RelayAnswer {
  readonly id: number;
  readonly refused: readonly {
    readonly entrance: string;
    readonly address: string;
    readonly reason: string;
  }[];
  readonly error?: string;
}

/** In the bundle the thread is a file of its own beside this one. */
const WORKER = import.meta.url.endsWith('.ts') ? './worker.ts' : './relay-worker.mjs';

export class Relay {
  #worker: Worker | undefined;
  #id = 0;
  readonly #ended: () => void;
  readonly #waiting = new Map<number, (answer: RelayAnswer | Error) => void>();

  /** `ended` is called when the thread ends by itself. */
  constructor(ended: () => void) {
    this.#ended = ended;
  }

  /** Resolves with the addresses of entrances that could not be had. A thread that has ended is started anew. */
  async apply(plan: RelayPlan): Promise<RelayAnswer['refused']> {
    if (plan.datagrams.length + plan.outlets.length === 0) {
      await this.stop();
      return [];
    }
    this.#worker ??= this.#start();
    const id = ++this.#id;
    const answer = await new Promise<RelayAnswer | Error>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker!.postMessage({ id, plan } satisfies RelayMessage);
    });
    if (answer instanceof Error) throw answer;
    if (answer.error) throw new Error(answer.error);
    return answer.refused;
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const execArgv = ['--disable-warning=ExperimentalWarning'];
    const resourceLimits = { maxOldGenerationSizeMb: 128 };
    const worker = new Worker(new URL(WORKER, import.meta.url), {
      execArgv,
      env: SHARE_ENV,
      name: 'relay',
      resourceLimits,
    });
    worker.on('message', (answer: RelayAnswer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    const ended = (error: Error) => {
      const alone = this.#worker === worker;
      if (alone) this.#worker = undefined;
      for (const answer of this.#waiting.values()) answer(error);
      this.#waiting.clear();
      if (alone) this.#ended();
    };
    worker.on('error', ended);
    worker.on('exit', () => ended(new Error('the relay has ended')));
    return worker;
  }
}
