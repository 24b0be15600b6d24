// Clients that ask the door again and again, each when its last answer has come, until they are stopped. Anything but 200 is a failure.
import http from 'node:http';
import https from 'node:https';
import { ask, type Question } from './door.ts';

export interface Load {
  /** Answers and failures so far. */
  readonly asked: number;
  readonly failures: readonly string[];
  /** Resolves when the last answers have come. */
  stop(): Promise<void>;
}

/** One client for each question; those that are `kept` ask over one connection for as long as the door keeps it. */
export function startLoad(questions: readonly (Question & { readonly kept?: boolean })[]): Load {
  const agents: http.Agent[] = [];
  const failures: string[] = [];
  let [asked, stopped] = [0, false];
  const client = async ({ kept = false, ...question }: (typeof questions)[number]) => {
    const own = kept ? keptAgent(question.tls !== undefined) : undefined;
    if (own) agents.push(own);
    while (!stopped) {
      const { status } = await ask({ ...question, ...(own && { agent: own }) }).catch((error: Error) => ({
        status: error.message,
      }));
      asked++;
      if (status !== 200)
        failures.push(`${question.method ?? 'GET'} ${question.address} ${question.tls ?? ''}: ${status}`);
    }
  };
  const clients = questions.map(client);
  return {
    get asked() {
      return asked;
    },
    failures,
    stop: async () => {
      stopped = true;
      await Promise.all(clients);
      for (const one of agents) one.destroy();
    },
  };
}

const keptAgent = (tls: boolean): http.Agent =>
  new (tls ? https : http).Agent({ keepAlive: true, maxSockets: 1 });
