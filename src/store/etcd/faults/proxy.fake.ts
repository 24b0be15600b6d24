// A TCP proxy on 127.0.0.1 before a member of etcd, which fails as networks do: it cuts connections, loses answers, stands still.
import { connect, createServer, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

export class FaultProxy {
  readonly #pairs = new Set<Pair>();
  readonly #server;
  #losesAnswers = false;
  #still = false;
  #refuses = false;

  constructor(target: number) {
    this.#server = createServer((client) => {
      client.on('error', () => {});
      if (this.#refuses) return client.destroy();
      const server = connect(target, '127.0.0.1');
      server.on('error', () => {});
      const pair = { client, server };
      this.#pairs.add(pair);
      client.on('data', (data) => void (this.#still || server.write(data)));
      server.on('data', (data) => void (this.#still || this.#losesAnswers || client.write(data)));
      const close = () => {
        this.#pairs.delete(pair);
        client.destroy();
        server.destroy();
      };
      client.on('close', close);
      server.on('close', close);
      return undefined;
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()));
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  /** All connections end at once. */
  cut(): void {
    for (const { client, server } of [...this.#pairs]) {
      client.destroy();
      server.destroy();
    }
  }

  /** Requests arrive, answers do not. */
  loseAnswers(lose: boolean): void {
    this.#losesAnswers = lose;
  }

  /** Nothing passes in either direction, and connections stay. What is sent meanwhile is lost, so end it with cut(). */
  stand(still: boolean): void {
    this.#still = still;
  }

  refuse(refuses: boolean): void {
    this.#refuses = refuses;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
