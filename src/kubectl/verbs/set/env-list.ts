// `set env --list`: the variables of the chosen containers, with references, or their values with --resolve.
import type { Container } from '../../../api/kinds/core/v1/container.ts';
import type { EnvVar } from '../../../api/kinds/core/v1/env.ts';
import type { Context } from '../../command/command.ts';
import { plainText } from '../../errors/text.ts';
import type { KubeObject } from '../../resources/object.ts';
import { type FetchData, referenceText, referenceValue } from './env-references.ts';

type ListContext = Pick<Context, 'io' | 'session'> & { readonly flags: { readonly resolve: boolean } };

export async function listEnv(
  context: ListContext,
  object: KubeObject,
  containers: readonly Container[],
): Promise<void> {
  const { io, flags } = context;
  const fetch = fetcherOf(context);
  let failed = false;
  for (const container of containers) {
    io.out(`# ${object.kind} ${object.metadata?.name ?? ''}, container ${container.name}\n`);
    const problems = new Map<string, string[]>();
    for (const variable of container.env ?? []) {
      const { name, valueFrom } = variable;
      if (!valueFrom) io.out(`${name}=${variable.value ?? ''}\n`);
      else if (!flags.resolve) io.out(`# ${name} from ${referenceText(valueFrom)}\n`);
      else await resolved(variable, object, container);
    }
    for (const line of [...problems].map(problemText).sort()) io.err(`${line}\n`);

    async function resolved({ name, valueFrom }: EnvVar, of: KubeObject, inside: Container): Promise<void> {
      if (!valueFrom) return;
      try {
        io.out(`${name}=${await referenceValue(valueFrom, of.metadata ?? {}, inside, fetch)}\n`);
      } catch (error) {
        const text = plainText(error);
        io.out(`# ${name} from ${referenceText(valueFrom)}\n`);
        problems.set(text, [...(problems.get(text) ?? []), name]);
        failed = true;
      }
    }
  }
  if (failed) throw new Error('failed to retrieve valueFrom references');
}

const problemText = ([text, names]: [string, string[]]): string =>
  `error retrieving reference for ${names.sort().join(', ')}: ${text}`;

/** Each ConfigMap and Secret is read once. */
function fetcherOf({ session }: ListContext): FetchData {
  const known = new Map<string, Promise<Readonly<Record<string, string>>>>();
  const read = async (kind: 'configmaps' | 'secrets', name: string) => {
    const { namespace } = await session.namespace();
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/${kind}/${encodeURIComponent(name)}`;
    const { data = {} } = await session.json<{ data?: Record<string, string> }>({ path });
    if (kind === 'configmaps') return data;
    const decoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]);
    return Object.fromEntries(decoded) as Record<string, string>;
  };
  return (kind, name) => {
    const key = `${kind}/${name}`;
    const found = known.get(key) ?? read(kind, name);
    known.set(key, found);
    return found;
  };
}
