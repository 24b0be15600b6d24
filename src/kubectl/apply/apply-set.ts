// ApplySets: a parent object (a Secret, a ConfigMap, or a custom object) says which kinds and namespaces a set of applied objects
// spans, and a label says which objects are its members; so members that are in no file any more are found. With KUBECTL_APPLYSET=true.
// Specification: KEP 3659. Called by the verb apply.
import { createHash } from 'node:crypto';
import { StatusError } from '../../api/status/status-error.ts';
import type { DryRun } from '../command/common-flags.ts';
import { apiVersionOf, groupResourceOf, type Mapping, pathOf } from '../discovery/served.ts';
import { plainText } from '../errors/text.ts';
import type { Info } from '../resources/info.ts';
import { isNotFound } from '../resources/info.ts';
import type { KubeList, KubeObject } from '../resources/object.ts';
import type { Session } from '../session/session.ts';
import { listed, type Prunable } from './prune.ts';

const PREFIX = 'applyset.kubernetes.io';
const TOOLING = `${PREFIX}/tooling`;
const ID = `${PREFIX}/id`;
const PART_OF = `${PREFIX}/part-of`;
const KINDS = `${PREFIX}/contains-group-kinds`;
const OLD_RESOURCES = `${PREFIX}/contains-group-resources`;
const NAMESPACES = `${PREFIX}/additional-namespaces`;
const TOOL = 'kubectl';
const MANAGER = 'kubectl-applyset';

export interface Parent {
  readonly mapping: Mapping;
  readonly name: string;
  /** Empty when it has none. */
  readonly namespace: string;
}

interface Extent {
  /** By `Kind.group`. */
  readonly kinds: Map<string, Mapping>;
  readonly namespaces: Set<string>;
}

const nothing = (): Extent => ({ kinds: new Map(), namespaces: new Set() });
const groupKind = ({ kind, group }: Mapping): string => (group ? `${kind}.${group}` : kind);

/** `[RESOURCE][.GROUP]/NAME`; a Secret when there is only a name. */
export async function parentOf(text: string, namespace: string, session: Session): Promise<Parent> {
  const invalid = (error: unknown) =>
    new Error(`invalid parent reference ${JSON.stringify(text)}: ${plainText(error)}`);
  const slash = text.indexOf('/');
  const [type, name] = slash < 0 ? ['secrets', text] : [text.slice(0, slash), text.slice(slash + 1)];
  if (name === '') throw invalid('name cannot be blank');
  const mapper = await session.mapper();
  const mapping = await mapper.find(type).catch((error: unknown) => {
    throw invalid(error);
  });
  return { mapping, name, namespace: mapping.namespaced ? namespace : '' };
}

export function applySetId({ name, namespace, mapping: { kind, group } }: Parent): string {
  const hash = createHash('sha256').update([name, namespace, kind, group].join('.')).digest('base64url');
  return `applyset-${hash}-v1`;
}

export class ApplySet {
  readonly #session: Session;
  readonly #parent: Parent;
  readonly #version: string;
  #current = nothing();
  readonly #updated = nothing();

  /** `version` is that of this program, for the parent's annotation. */
  constructor(session: Session, parent: Parent, version: string) {
    this.#session = session;
    this.#parent = parent;
    this.#version = version;
  }

  get #shown(): string {
    const { mapping, name } = this.#parent;
    return JSON.stringify(`${mapping.resource}.${mapping.group}/${name}`);
  }

  get #isBuiltInParent(): boolean {
    const { group, resource } = this.#parent.mapping;
    return group === '' && (resource === 'secrets' || resource === 'configmaps');
  }

  /** Whether the parent may be one. */
  async validate(): Promise<void> {
    const { mapping, namespace } = this.#parent;
    if (mapping.namespaced && namespace === '')
      throw new Error('namespace is required to use namespace-scoped ApplySet');
    if (this.#isBuiltInParent) return;
    const permitted = await this.#session.json<KubeList>({
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      query: { labelSelector: `${PREFIX}/is-parent-type` },
    });
    if (permitted.items.some(({ metadata }) => metadata?.name === groupResourceOf(mapping))) return;
    const { group, version, resource } = mapping;
    throw new Error(
      `resource ${JSON.stringify(`${group}/${version}, Resource=${resource}`)} is not permitted as an ApplySet parent`,
    );
  }

  /** The label of members, on objects before they are applied. */
  label(infos: readonly Info[]): void {
    for (const info of infos) {
      const labels = info.object.metadata?.labels ?? {};
      if (Object.hasOwn(labels, PART_OF))
        throw new Error(`ApplySet label ${JSON.stringify(PART_OF)} already set in input data`);
      info.object = {
        ...info.object,
        metadata: { ...info.object.metadata, labels: { ...labels, [PART_OF]: applySetId(this.#parent) } },
      };
    }
  }

  /** The parent first says all that was and will be in the set, so that nothing is lost if apply ends early. */
  async beforeApply(infos: readonly Info[], choices: ParentChoices): Promise<void> {
    await this.#readParent();
    for (const { mapping, namespace } of infos) {
      this.#updated.kinds.set(groupKind(mapping), mapping);
      if (mapping.namespaced && namespace) this.#updated.namespaces.add(namespace);
    }
    const { kinds, namespaces } = this.#current;
    await this.#writeParent(
      {
        kinds: new Map([...kinds, ...this.#updated.kinds]),
        namespaces: new Set([...namespaces, ...this.#updated.namespaces]),
      },
      choices,
    );
  }

  /** After pruning: only what is in the set now. */
  async afterPrune(choices: ParentChoices): Promise<void> {
    await this.#writeParent(this.#updated, choices).catch((error: unknown) => {
      throw new Error(`apply and prune succeeded, but ApplySet update failed: ${plainText(error)}`);
    });
  }

  /** Members that have not been applied now. */
  async prunable(uids: ReadonlySet<string>): Promise<Prunable[]> {
    const { kinds, namespaces } = this.#current;
    const labelSelector = `${PART_OF}=${applySetId(this.#parent)}`;
    const found: Prunable[] = [];
    for (const mapping of kinds.values())
      for (const namespace of mapping.namespaced ? namespaces : [''])
        for (const object of await this.#members(mapping, namespace, labelSelector))
          if (!uids.has(object.metadata?.uid ?? '')) found.push({ mapping, namespace, object });
    return found;
  }

  async #members(mapping: Mapping, namespace: string, labelSelector: string): Promise<KubeObject[]> {
    return listed(this.#session, mapping, namespace, labelSelector);
  }

  async #readParent(): Promise<void> {
    const { mapping, name, namespace } = this.#parent;
    let parent: KubeObject;
    try {
      parent = await this.#session.json<KubeObject>({ path: pathOf(mapping, namespace, name) });
    } catch (error) {
      if (!isNotFound(error))
        throw new Error(`failed to fetch ApplySet parent object ${this.#shown}: ${plainText(error)}`);
      if (this.#isBuiltInParent) return;
      throw new Error('custom resource ApplySet parents cannot be created automatically');
    }
    const { labels = {}, annotations = {} } = parent.metadata ?? {};
    this.#checkParent(labels, annotations);
    const kinds = await this.#kindsOf(annotations).catch((error: unknown) => {
      throw new Error(`parsing ApplySet annotation on ${this.#shown}: ${plainText(error)}`);
    });
    const names = annotations[NAMESPACES] ? annotations[NAMESPACES].split(',') : [];
    this.#current = { kinds, namespaces: new Set([...names, ...(namespace ? [namespace] : [])]) };
  }

  #checkParent(labels: Record<string, string>, annotations: Record<string, string>): void {
    const tool = annotations[TOOLING];
    if (tool === undefined)
      throw new Error(
        `ApplySet parent object ${this.#shown} already exists and is missing required annotation ${JSON.stringify(TOOLING)}`,
      );
    const name = tool.includes('/') ? tool.slice(0, tool.lastIndexOf('/')) : tool;
    if (name !== TOOL)
      throw new Error(
        `ApplySet parent object ${this.#shown} already exists and is managed by tooling ${JSON.stringify(name)} instead of ${JSON.stringify(TOOL)}`,
      );
    const wanted = applySetId(this.#parent);
    if (labels[ID] === undefined)
      throw new Error(`ApplySet parent object ${this.#shown} exists and does not have required label ${ID}`);
    if (labels[ID] !== wanted)
      throw new Error(
        `ApplySet parent object ${this.#shown} exists and has incorrect value for label ${JSON.stringify(ID)} (got: ${labels[ID]}, want: ${wanted})`,
      );
  }

  async #kindsOf(annotations: Record<string, string>): Promise<Map<string, Mapping>> {
    const mapper = await this.#session.mapper();
    const kinds = new Map<string, Mapping>();
    const text = annotations[KINDS];
    const resources = annotations[OLD_RESOURCES];
    if (text === undefined && !resources)
      throw new Error(
        `kubectl requires the ${JSON.stringify(KINDS)} annotation to be set on all ApplySet parent objects`,
      );
    const name = text === undefined ? OLD_RESOURCES : KINDS;
    for (const part of (text ?? resources ?? '').split(',').filter((one) => one !== '')) {
      const dot = part.indexOf('.');
      const [kind, group] = dot < 0 ? [part, ''] : [part.slice(0, dot), part.slice(dot + 1)];
      const found = text === undefined ? mapper.find(part) : mapper.ofKind(group, kind);
      const mapping = await found.catch((error: unknown) => {
        throw new Error(
          `could not find mapping for kind in ${JSON.stringify(name)} annotation: ${plainText(error)}`,
        );
      });
      kinds.set(groupKind(mapping), mapping);
    }
    return kinds;
  }

  async #writeParent(
    { kinds, namespaces }: Extent,
    { dryRun, fieldValidation }: ParentChoices,
  ): Promise<void> {
    if (dryRun === 'client') return;
    const { mapping, name, namespace } = this.#parent;
    const body = {
      kind: mapping.kind,
      apiVersion: apiVersionOf(mapping),
      metadata: {
        name,
        ...(namespace && { namespace }),
        labels: { [ID]: applySetId(this.#parent) },
        annotations: {
          [TOOLING]: `${TOOL}/${this.#version}`,
          [KINDS]: [...kinds.keys()].sort().join(','),
          [NAMESPACES]: [...namespaces]
            .filter((one) => one !== namespace)
            .sort()
            .join(','),
        },
      },
    };
    const send = (force: boolean) =>
      this.#session.request({
        method: 'PATCH',
        path: pathOf(mapping, namespace, name),
        contentType: 'application/apply-patch+yaml',
        query: {
          ...{ fieldManager: MANAGER, force: String(force), fieldValidation },
          dryRun: dryRun === 'server' ? 'All' : undefined,
        },
        body,
      });
    try {
      await send(false).catch((error: unknown) => {
        if (error instanceof StatusError && error.reason === 'Conflict') return send(true);
        throw error;
      });
    } catch (error) {
      throw new Error(`failed to update ApplySet: ${plainText(error)}`);
    }
  }
}

export interface ParentChoices {
  readonly dryRun: DryRun;
  readonly fieldValidation: string;
}
