// `tiphys watch`: the loop between the terminal, the state and the cluster. Loaded when the command runs. State (model/, keys/) and
// drawing (draw/) are pure; effects/ asks the cluster, screen/ has the terminal.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../cluster/progress.ts';
import { systemClock, type Timer } from '../../kit/clock.ts';
import { machineKubeconfig } from '../kubectl/machine-kubeconfig.ts';
import { frameOf } from './draw/frame.ts';
import { nextAgeChange } from './draw/table.ts';
import { type ConnectionChoices, textOfError } from './effects/connection.ts';
import { NO_FACTS, tellKinds } from './effects/facts.ts';
import { introduce, Program } from './effects/program.ts';
import { meantBy } from './keys/commands.ts';
import { reduce } from './keys/reduce.ts';
import { firstView } from './keys/views.ts';
import { currentView, type State, type StateEvent } from './model/state.ts';
import { depthOf, painter } from './screen/colours.ts';
import { difference, type Frame } from './screen/frame.ts';
import { KeyDecoder } from './screen/keys.ts';
import { Screen } from './screen/terminal.ts';

export interface WatchChoices {
  readonly name: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly namespace?: string;
  readonly allNamespaces: boolean;
  readonly mouse: boolean;
}

/** Thirty pictures a second. */
const SHORTEST_MS = 33;
/** Drawing takes at most a quarter of the time. */
const RESTS = 3;
/** An Esc without anything behind it is the key. */
const ESC_MS = 30;

export async function runWatch(text: string, choices: WatchChoices): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new UserError('watch needs a terminal');
  if (process.env.TERM === 'dumb')
    throw new UserError('watch needs a terminal that can move its cursor (TERM=dumb)');
  const loop = new Loop(connectionChoices(choices), choices);
  try {
    await loop.begin(text, choices);
  } catch (error) {
    loop.close();
    throw new UserError(textOfError(error), { cause: error });
  }
}

/** The cluster of this machine, if there is one and nothing else is named; contexts of the user's files can be chosen besides. */
function connectionChoices({ name, context = '', kubeconfig = '' }: WatchChoices): ConnectionChoices {
  const { env } = process;
  if (kubeconfig || context) return { context, kubeconfig, env };
  try {
    const users = env.KUBECONFIG || join(env.HOME || '/', '.kube', 'config');
    return { context, kubeconfig, env: { ...env, KUBECONFIG: `${machineKubeconfig(name)}:${users}` } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { context, kubeconfig, env };
  }
}

function complain(text: string): void {
  try {
    writeSync(process.stderr.fd, text);
  } catch {
    // Nobody is there to read it.
  }
}

class Loop {
  readonly #screen: Screen;
  readonly #program: Program;
  readonly #paint = painter(depthOf(process.env));
  readonly #decoder = new KeyDecoder();
  #state: State;
  #shown: Frame | undefined;
  #timer: Timer | undefined;
  #ages: Timer | undefined;
  #esc: Timer | undefined;
  #restMs = 0;
  #lastDrawn = 0;
  #isOurs = false;

  constructor(connection: ConnectionChoices, { mouse }: WatchChoices) {
    this.#screen = new Screen(mouse, (bytes) => this.#input(bytes));
    this.#state = {
      ...this.#screen.size,
      facts: NO_FACTS,
      kinds: [],
      namespaces: [],
      namespace: '',
      views: [firstView({ type: 'contexts' })],
      nextId: 1,
      help: false,
      forwards: [],
      contexts: [],
      lost: '',
    };
    this.#program = new Program(connection, {
      state: () => this.#state,
      tell: (event) => this.#tell(event),
      withTerminal: (run) => this.#withTerminal(run),
      quit: () => this.#quit(0),
    });
  }

  /** Throws what keeps it from the cluster, before the screen is taken. */
  async begin(text: string, { namespace, allNamespaces }: WatchChoices): Promise<void> {
    const { connection } = this.#program;
    await introduce(connection, (event) => this.#tell(event));
    const own = await connection.session.namespace();
    await tellKinds(connection, (event) => this.#tell(event));
    this.#state = { ...this.#state, namespace: allNamespaces ? '' : (namespace ?? own.namespace) };
    const meant = meantBy(text, this.#state);
    if (meant.type === 'problem') throw new UserError(meant.text);
    this.#guard();
    this.#isOurs = true;
    this.#screen.enter();
    this.#screen.onResize(() => this.#tell({ type: 'size', ...this.#screen.size }));
    for (const key of [':', ...text, 'enter']) this.#tell({ type: 'key', key: key === ' ' ? 'space' : key });
    this.#program.begin();
  }

  close(): void {
    this.#program.end();
  }

  /** However this process ends, the terminal is as it was before. */
  #guard(): void {
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const)
      process.on(signal, () => {
        // An interruption of what has the terminal now.
        if (signal === 'SIGINT' && !this.#isOurs) return;
        this.#quit(signal === 'SIGTERM' ? 143 : signal === 'SIGHUP' ? 129 : 130);
      });
    process.on('uncaughtException', (error) => {
      this.#screen.restore();
      complain(`tiphys watch: ${error.stack ?? error.message}\n`);
      process.exit(70);
    });
    process.on('unhandledRejection', (error) => {
      throw error;
    });
    // The terminal is gone.
    for (const stream of [process.stdin, process.stdout]) stream.on('error', () => this.#quit(129));
    process.stdin.on('end', () => this.#quit(129));
  }

  #quit(code: number): void {
    this.#program.end();
    this.#isOurs = false;
    // Without waiting for a terminal that may be gone.
    this.#screen.restore();
    process.exit(code);
  }

  #tell(event: StateEvent): void {
    const { state, effects } = reduce(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#program.perform(effect);
    this.#drawSoon();
  }

  #input(bytes: Buffer): void {
    this.#esc?.cancel();
    for (const input of this.#decoder.push(bytes)) this.#tell(input);
    if (this.#decoder.isUnfinished)
      this.#esc = systemClock.after(ESC_MS, () => {
        for (const input of this.#decoder.flush()) this.#tell(input);
      });
  }

  async #withTerminal(run: () => Promise<void>): Promise<void> {
    this.#isOurs = false;
    this.#screen.leave();
    try {
      await run();
    } finally {
      this.#shown = undefined;
      this.#isOurs = true;
      this.#screen.enter();
      this.#tell({ type: 'size', ...this.#screen.size });
    }
  }

  #drawSoon(): void {
    if (!this.#isOurs || this.#timer) return;
    const since = systemClock.monotonic() - this.#lastDrawn;
    this.#timer = systemClock.after(Math.max(0, this.#restMs - since), () => {
      this.#timer = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    if (!this.#isOurs) return;
    if (this.#screen.isBusy) {
      this.#screen.onDrain(() => this.#drawSoon());
      return;
    }
    const began = systemClock.monotonic();
    const frame = frameOf(this.#state, systemClock.now());
    const text = difference(this.#shown, frame, this.#paint);
    this.#shown = frame;
    if (text !== '') this.#screen.write(text);
    this.#lastDrawn = systemClock.monotonic();
    this.#restMs = Math.max(SHORTEST_MS, (this.#lastDrawn - began) * RESTS);
    this.#drawAges();
  }

  #drawAges(): void {
    this.#ages?.cancel();
    const view = currentView(this.#state);
    const wait = view.type === 'table' ? nextAgeChange(this.#state, view, systemClock.now()) : undefined;
    this.#ages = wait === undefined ? undefined : systemClock.after(wait, () => this.#drawSoon());
  }
}
