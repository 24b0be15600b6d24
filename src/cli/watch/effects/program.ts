// Does what the state asks for, and tells the state what came of it. Called by run.ts; draws nothing.

import { pathOf } from '../../../kubectl/discovery/served.ts';
import type { Io } from '../../../kubectl/io/io.ts';
import { runKubectl } from '../../../kubectl/main.ts';
import type { Ref } from '../model/rows.ts';
import { feedsOf } from '../model/source.ts';
import type { Effect, State, StateEvent, View } from '../model/state.ts';
import { verbTerminal } from '../screen/terminal.ts';
import {
  type Connection,
  type ConnectionChoices,
  connect,
  kubectlWords,
  silentIo,
  textOfError,
} from './connection.ts';
import { contextsOf } from './contexts.ts';
import { tellFacts, tellKinds } from './facts.ts';
import { RunningFeed } from './feeds.ts';
import { Forwards } from './forwards.ts';
import { fillText, searchOf } from './texts.ts';

export interface ProgramPort {
  readonly state: () => State;
  readonly tell: (event: StateEvent) => void;
  /** Runs with the terminal for itself. */
  readonly withTerminal: (run: () => Promise<void>) => Promise<void>;
  readonly quit: () => void;
}

interface Open {
  readonly feeds: readonly RunningFeed[];
  readonly stop: AbortController;
}

export class Program {
  readonly #port: ProgramPort;
  readonly #forwards: Forwards;
  readonly #open = new Map<number, Open>();
  #connection: Connection;
  #facts = new AbortController();

  constructor(choices: ConnectionChoices, port: ProgramPort) {
    this.#port = port;
    this.#forwards = new Forwards((forwards) => port.tell({ type: 'forwards', forwards }));
    this.#connection = this.#connect(choices);
  }

  #connect(choices: ConnectionChoices): Connection {
    return connect(choices, (text) => this.#say(text.trim(), false));
  }

  #say(text: string, failed: boolean): void {
    if (text !== '') this.#port.tell({ type: 'message', text, failed });
  }

  get connection(): Connection {
    return this.#connection;
  }

  begin(): void {
    const { tell } = this.#port;
    const back = () => {
      for (const { feeds } of this.#open.values()) for (const feed of feeds) feed.reconnect();
    };
    this.#facts = new AbortController();
    void tellFacts(this.#connection, tell, back, this.#facts.signal);
  }

  end(): void {
    this.#facts.abort(new Error('ended'));
    this.#forwards.stopAll();
    for (const id of [...this.#open.keys()]) this.#close(id);
    this.#connection.close();
  }

  perform(effect: Effect): void {
    void this.#do(effect).catch((error: unknown) => this.#say(textOfError(error), true));
  }

  async #do(effect: Effect): Promise<void> {
    switch (effect.type) {
      case 'open':
        return this.#openView(effect.view);
      case 'close':
        return this.#close(effect.id);
      case 'run':
        return this.#run(effect.words, effect.done);
      case 'screen':
        return this.#port.withTerminal(() => this.#withTerminal(effect.words));
      case 'pods-of':
        return this.#podsOf(effect.ref);
      case 'ask-ports':
        return this.#askPorts(effect.ref);
      case 'forward':
        this.#forwards.start(this.#connection, effect.ref, effect.ports);
        return this.#say(`forwarding ${effect.ports} to ${effect.ref.name}; :pf shows it`, false);
      case 'stop-forward':
        return this.#forwards.stop(effect.id);
      case 'context':
        return this.#useContext(effect.name);
      case 'kinds':
        return tellKinds(this.#connection, this.#port.tell);
      case 'quit':
        return this.#port.quit();
    }
  }

  #openView(view: View): void {
    const { tell } = this.#port;
    const stop = new AbortController();
    const feeds =
      view.type === 'table'
        ? feedsOf(view.source, this.#port.state().kinds).map(
            (feed) =>
              new RunningFeed(this.#connection, feed, (change) =>
                tell({ type: 'table', view: view.id, feed: feed.key, change }),
              ),
          )
        : [];
    this.#open.set(view.id, { feeds, stop });
    if (view.type === 'text')
      void fillText(this.#connection, view.source, stop.signal, {
        text: (lines) => tell({ type: 'text', view: view.id, lines }),
        more: (lines) => tell({ type: 'more', view: view.id, lines }),
      });
  }

  #close(id: number): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    open?.stop.abort(new Error('closed'));
    for (const feed of open?.feeds ?? []) feed.stop();
  }

  async #run(words: readonly string[], done: string): Promise<void> {
    let said = '';
    const io = silentIo(this.#connection.choices.env, this.#connection.io.signal, {
      out: () => {},
      err: (text) => {
        said += text;
      },
    });
    const code = await runKubectl(kubectlWords(this.#connection, words), io);
    this.#say(code === 0 ? done : said.trim().split('\n').join(' '), code !== 0);
  }

  async #withTerminal(words: readonly string[]): Promise<void> {
    let said = '';
    const over = new AbortController();
    const io: Io = {
      ...silentIo(this.#connection.choices.env, over.signal, {
        out: (text) => void process.stdout.write(text),
        err: (text) => {
          said += text;
          process.stderr.write(text);
        },
      }),
      stdout: process.stdout,
      stderr: process.stderr,
      terminal: verbTerminal,
    };
    const resumed = (event: string | symbol) => {
      if (event === 'data') process.stdin.resume();
    };
    // What is typed waits until somebody here takes it; an editor that is started reads it itself.
    process.stdin.on('newListener', resumed);
    try {
      const code = await runKubectl(kubectlWords(this.#connection, words), io);
      if (code !== 0) this.#say(said.trim().split('\n').at(-1) || `ended with code ${code}`, true);
    } finally {
      process.stdin.off('newListener', resumed);
    }
  }

  async #podsOf(ref: Ref): Promise<void> {
    const found = await searchOf(this.#connection, ref, this.#connection.io.signal);
    const kind = this.#port.state().kinds.find((one) => one.group === '' && one.resource === 'pods');
    if (!kind || !('labelSelector' in found)) return;
    const of = `${ref.kind.singular}/${ref.name}`;
    const { namespace } = ref;
    this.#port.tell({
      type: 'push',
      source: { type: 'kind', kind, namespace, labels: found.labelSelector, of },
    });
  }

  async #askPorts(ref: Ref): Promise<void> {
    const path = pathOf(ref.kind, ref.namespace, ref.name);
    const object = await this.#connection.session.json<WithPorts>({ path });
    const port = firstPort(object, ref.container);
    const text = port === undefined ? '' : `${port < 1024 ? port + 8000 : port}:${port}`;
    this.#port.tell({
      type: 'prompt',
      prompt: {
        type: 'forward',
        label: `forward to ${ref.kind.singular}/${ref.name}, LOCAL:REMOTE: `,
        text,
        refs: [ref],
      },
    });
  }

  async #useContext(name: string): Promise<void> {
    const { choices } = this.#connection;
    const next = this.#connect({ ...choices, context: name });
    try {
      await next.session.streamTarget();
    } catch (error) {
      next.close();
      throw error;
    }
    this.#facts.abort(new Error('another context'));
    for (const id of [...this.#open.keys()]) this.#close(id);
    this.#connection.close();
    this.#connection = next;
    await introduce(next, this.#port.tell);
    const { namespace } = await next.session.namespace();
    await tellKinds(next, this.#port.tell);
    this.begin();
    this.#port.tell({ type: 'context', namespace });
  }
}

/** What is known before the server is asked. */
export async function introduce({ session }: Connection, tell: (event: StateEvent) => void): Promise<void> {
  const { contextName, clusterName, userName } = await session.effective();
  tell({
    type: 'facts',
    facts: { context: contextName, cluster: clusterName, user: userName, server: '', cpu: '…', memory: '…' },
  });
  tell({ type: 'contexts', contexts: contextsOf(await session.rawConfig(), contextName) });
}

interface Ported {
  readonly name?: string;
  readonly ports?: readonly { readonly containerPort?: number; readonly port?: number }[];
}

interface WithPorts {
  readonly spec?: Ported & {
    readonly containers?: readonly Ported[];
    readonly template?: { readonly spec?: { readonly containers?: readonly Ported[] } };
  };
}

function firstPort({ spec = {} }: WithPorts, container: string | undefined): number | undefined {
  const containers = spec.containers ?? spec.template?.spec?.containers ?? [];
  const found = container === undefined ? containers : containers.filter(({ name }) => name === container);
  for (const { ports = [] } of [spec, ...found])
    for (const { port, containerPort } of ports) if (port ?? containerPort) return port ?? containerPort;
  return undefined;
}
