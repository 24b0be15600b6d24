// Expressions in admission configuration are compiled when it is written. What compiles them is loaded with the first such write:
// a server without policies never loads it.
import type { Steps } from '../../../kit/clock.ts';
import type { Declarations } from '../../cel/admission/variables.ts';
import { type FieldError, internal, invalid, required } from '../field.ts';

type Engine = typeof import('../../cel/admission/expressions.ts');
export type Compiler = InstanceType<Engine['AdmissionCompiler']>;
type Returns = keyof Engine['returns'];

let engine: Engine | undefined;

/** Must have resolved before such an object is validated: admission awaits it. */
export async function loadExpressions(): Promise<void> {
  if (engine) return;
  const loaded = await import('../../cel/admission/expressions.ts');
  await loaded.ready();
  engine = loaded;
}

const WITH_EXPRESSIONS = new Set([
  'ValidatingAdmissionPolicy',
  'MutatingAdmissionPolicy',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
]);

export const hasExpressions = (object: { kind?: string } | undefined): boolean =>
  WITH_EXPRESSIONS.has(object?.kind ?? '');

function loaded(): Engine {
  if (!engine) throw new Error('expressions have not been loaded');
  return engine;
}

export const compilerFor = (declarations: Declarations, composed: boolean): Compiler =>
  new (loaded().AdmissionCompiler)(declarations, composed);

/** The errors of an expression in a field; `text` is compiled, `value` shown. */
export function* expressionErrors(
  compiler: Compiler,
  path: string,
  text: string,
  returns: Returns,
  options: { authorizer?: boolean; value?: string } = {},
): Steps<FieldError[]> {
  const { error, internal } = yield* compiler.compile(text, loaded().returns[returns], options.authorizer);
  yield;
  return error === undefined ? [] : [expressionError(path, options.value ?? text, error, internal)];
}

/** The errors of an expression that makes a patch. */
export function* mutationErrors(
  compiler: Compiler,
  path: string,
  text: string,
  returns: 'apply configuration' | 'JSON patch',
): Steps<FieldError[]> {
  const { error, internal } = yield* compiler.compileMutation(text, loaded().returns[returns]);
  yield;
  return error === undefined ? [] : [expressionError(path, text, error, internal)];
}

export const expressionError = (
  path: string,
  value: string,
  error: string,
  isInternal = false,
): FieldError => (isInternal ? internal(path, error) : invalid(path, value, error));

export const missing = (path: string, what: string): FieldError => required(path, `${what} is not specified`);
