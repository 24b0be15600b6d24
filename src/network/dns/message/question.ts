// What is asked: a name and a type, in bytes and as text. A query that came in is one (query.ts), and so is a name that this server
// looks up on its way to an answer. Pure.
import { CLASS_IN } from './codes.ts';
import { nameBytes } from './name.ts';

export interface Question {
  /** Name, type and class, as they were asked. */
  readonly question: Buffer;
  /** In lower case. */
  readonly name: string;
  readonly type: number;
  readonly dnssecOk: boolean;
  readonly checkingDisabled: boolean;
  /** Name (in lower case), type and the two flags as bytes: what has the same key has the same answer. */
  readonly key: string;
}

/** Another question for the sake of `from`. Throws a RangeError when `name` is no name. */
export function anotherQuestion(from: Question, name: string): Question {
  const bytes = nameBytes(name);
  const { type, dnssecOk, checkingDisabled } = from;
  const rest = Buffer.from([type >> 8, type & 255, 0, CLASS_IN]);
  const flags = flagsByte(dnssecOk, checkingDisabled);
  const key = `${bytes.toString('latin1')}${String.fromCharCode(type >> 8, type & 255, flags)}`;
  return { question: Buffer.concat([bytes, rest]), name, type, dnssecOk, checkingDisabled, key };
}

export const flagsByte = (dnssecOk: boolean, checkingDisabled: boolean): number =>
  (dnssecOk ? 1 : 0) | (checkingDisabled ? 2 : 0);
