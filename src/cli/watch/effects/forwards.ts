// Ports that stay forwarded while `tiphys watch` runs, whatever is shown. Called by run.ts.
import { runKubectl } from '../../../kubectl/main.ts';
import { typed } from '../keys/actions.ts';
import type { Ref } from '../model/rows.ts';
import type { Forward } from '../model/state.ts';
import { type Connection, kubectlWords, silentIo } from './connection.ts';

/** A person does not keep more in mind. */
const MOST = 50;

export class Forwards {
  readonly #tell: (forwards: readonly Forward[]) => void;
  readonly #stops = new Map<number, AbortController>();
  #list: readonly Forward[] = [];
  #next = 1;

  constructor(tell: (forwards: readonly Forward[]) => void) {
    this.#tell = tell;
  }

  start(connection: Connection, ref: Ref, ports: string): void {
    if (this.#list.length >= MOST) return;
    const id = this.#next++;
    const stop = new AbortController();
    this.#stops.set(id, stop);
    this.#set([...this.#list, { id, ref, ports, state: 'starting', failed: false }]);
    const words = ['port-forward', typed(ref), ...ports.split(' '), '--namespace', ref.namespace];
    let problem = '';
    const io = silentIo(connection.choices.env, stop.signal, {
      out: (text) => this.#change(id, { state: text.trim().split('\n')[0] ?? '' }),
      err: (text) => {
        problem = text.trim();
      },
    });
    void runKubectl(kubectlWords(connection, words), io).then((code) => {
      this.#stops.delete(id);
      this.#change(id, { state: `ended: ${problem || `code ${code}`}`, failed: true });
    });
  }

  stop(id: number): void {
    this.#stops.get(id)?.abort(new Error('stopped'));
    this.#set(this.#list.filter((one) => one.id !== id));
  }

  stopAll(): void {
    for (const stop of this.#stops.values()) stop.abort(new Error('stopped'));
  }

  #change(id: number, change: Partial<Forward>): void {
    if (this.#list.some((one) => one.id === id))
      this.#set(this.#list.map((one) => (one.id === id ? { ...one, ...change } : one)));
  }

  #set(list: readonly Forward[]): void {
    this.#list = list;
    this.#tell(list);
  }
}
