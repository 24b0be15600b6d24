// Documents of YAML → objects, by server-side apply: each is tried first, and says whether it would be created or changed, and which of its
// fields belong to somebody else. Requests are given.
import type { Status } from '../../../../../api/meta/v1/status.ts';
import { editable, identityOf, type Json } from '../yaml/document.ts';
import { conflictsIn, type OwnedField, withoutFields } from '../yaml/managers.ts';
import { same } from '../yaml/three-way.ts';

export interface TargetKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface Plan {
  readonly index: number;
  readonly body: Json;
  readonly kind: TargetKind;
  /** Empty for what has none. */
  readonly namespace: string;
  /** Empty where the server is to find one. */
  readonly name: string;
}

/** Why a document cannot be applied. */
export interface Unplanned {
  readonly index: number;
  readonly problem: string;
}

const apiVersionOf = ({ group, version }: TargetKind): string => (group ? `${group}/${version}` : version);

/** `namespace`: of documents that say none. */
export function planOf(
  document: unknown,
  index: number,
  kinds: readonly TargetKind[],
  namespace: string,
): Plan | Unplanned {
  const identity = identityOf(document);
  if (typeof identity === 'string') return { index, problem: identity };
  const { apiVersion, kind: wanted, name } = identity;
  const kind = kinds.find((one) => one.kind === wanted && apiVersionOf(one) === apiVersion);
  if (!kind) return { index, problem: `no matches for kind "${wanted}" in version "${apiVersion}"` };
  const own = kind.namespaced ? (identity.namespace ?? namespace) : '';
  const { metadata } = document as { metadata: Json };
  const body = { ...(document as Json), metadata: { ...metadata, ...(own && { namespace: own }) } };
  return { index, body, kind, namespace: own, name };
}

export interface ApplyPorts {
  /** Undefined for what does not exist. */
  get(plan: Plan): Promise<Json | undefined>;
  apply(
    plan: Plan,
    body: Json,
    options: { readonly dryRun: boolean; readonly force: boolean },
  ): Promise<Json>;
  /** For documents without a name. */
  create(plan: Plan, options: { readonly dryRun: boolean }): Promise<Json>;
  /** The body of a refusal; undefined for anything else that was thrown. */
  statusOf(error: unknown): Partial<Status> | undefined;
}

export type Outcome =
  | { readonly type: 'create' | 'change' | 'same'; readonly before: Json | undefined; readonly after: Json }
  | { readonly type: 'conflict'; readonly message: string; readonly fields: readonly OwnedField[] }
  /** Its namespace or its kind is made by another document. */
  | { readonly type: 'later'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string };

/** Fields of others: those in `taken` become ours, those in `left` are not sent. */
export interface Settled {
  readonly taken: readonly string[];
  readonly left: readonly string[];
}

export const UNSETTLED: Settled = { taken: [], left: [] };

export async function tried(
  plan: Plan,
  dryRun: boolean,
  settled: Settled,
  ports: ApplyPorts,
): Promise<Outcome> {
  try {
    if (plan.name === '')
      return { type: 'create', before: undefined, after: await ports.create(plan, { dryRun }) };
    const before = await ports.get(plan);
    const body = withoutFields(plan.body, settled.left);
    const after = await ports.apply(plan, body, { dryRun, force: settled.taken.length > 0 });
    if (!before) return { type: 'create', before, after };
    return { type: same(editable(before), editable(after)) ? 'same' : 'change', before, after };
  } catch (error) {
    const status = ports.statusOf(error);
    const message = error instanceof Error ? error.message : String(error);
    const fields = conflictsIn(status);
    return fields.length > 0 ? { type: 'conflict', message, fields } : { type: 'failed', message };
  }
}

/** Objects of a namespace that is made by the same text cannot be tried before it is there. */
export function triedLater(plan: Plan, outcome: Outcome, all: readonly Plan[]): Outcome {
  const isMade = all.some(
    ({ kind, name }) => kind.group === '' && kind.kind === 'Namespace' && name === plan.namespace,
  );
  const isMissing =
    outcome.type === 'failed' && outcome.message.includes(`namespaces "${plan.namespace}" not found`);
  return isMade && isMissing
    ? { type: 'later', message: `Is made after namespace ${plan.namespace}.` }
    : outcome;
}
