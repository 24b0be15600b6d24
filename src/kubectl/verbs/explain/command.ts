// `kubectl explain`: the fields of a kind, from the server's OpenAPI documents.
import { defineCommand } from '../../command/command.ts';
import { boolFlag, stringFlag } from '../../command/flag.ts';
import type { Mapping } from '../../discovery/served.ts';
import { ExitError, NoMatchError } from '../../errors/errors.ts';
import { olderPlaintext } from '../../explain/older-plaintext.ts';
import { plaintext } from '../../explain/plaintext.ts';
import { readResourcePath } from '../../explain/resource-path.ts';
import type { Document } from '../../explain/schema.ts';
import { groupVersionOf } from '../../resources/object.ts';
import type { Session } from '../../session/session.ts';

const OLDER = 'plaintext-openapiv2';

export default defineCommand({
  use: 'explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]',
  long: `Describe fields and structure of various resources.

Fields are named by a path:

  <type>.<fieldName>[.<fieldName>]

What is known of each field comes from the server, as OpenAPI.

Use "kubectl api-resources" for a complete list of supported resources.`,
  examples: `# Get the documentation of the resource and its fields
kubectl explain pods

# Get all the fields in the resource
kubectl explain pods --recursive

# Get the explanation for deployment in supported api versions
kubectl explain deployments --api-version=apps/v1

# Get the documentation of a specific field of a resource
kubectl explain pods.spec.containers

# Get the documentation of resources in different format
kubectl explain deployment --output=plaintext-openapiv2`,
  flags: {
    'api-version': stringFlag(
      '',
      'Get different explanations for particular API version (API group/version)',
    ),
    output: stringFlag('plaintext', 'Format in which to render the schema (plaintext, plaintext-openapiv2)', {
      short: 'o',
    }),
    recursive: boolFlag(false, 'Print the fields of fields (Currently only 1 level deep)', { short: 'R' }),
  },
  async run({ args, flags, io, session }) {
    const [path, another] = args;
    if (path === undefined)
      throw new Error(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n',
      );
    if (another !== undefined) throw new Error('We accept only this format: explain RESOURCE\n');
    const given = flags['api-version'];
    const { mapping, fields } = await readResourcePath(path, await session.mapper(), given === '').catch(
      (error: unknown) => {
        // This one is printed as it is.
        throw error instanceof NoMatchError ? new ExitError(1, error.message) : error;
      },
    );
    const { group, version } = given === '' ? mapping : groupVersionOf(given);
    const { output, recursive } = flags;
    const index = output === OLDER ? undefined : await indexOf(session, output === 'plaintext');
    if (!index) {
      const document = await session.json<Document>({ path: '/openapi/v2' });
      io.out(olderPlaintext(document, { group, version, kind: mapping.kind }, fields, recursive));
      return;
    }
    const document = await documentOf(session, index, { ...mapping, group, version });
    if (output !== 'plaintext') throw new Error(`unrecognized format: ${output}`);
    const wanted = { document, group, version, resource: mapping.resource, fields, recursive };
    plaintext(wanted, { write: (text) => io.out(text) });
  },
});

type Index = Readonly<Record<string, { readonly serverRelativeURL?: string }>>;

/** Undefined when the server has no OpenAPI v3 and may do without. */
async function indexOf(session: Session, mayLack: boolean): Promise<Index | undefined> {
  try {
    return (await session.json<{ readonly paths?: Index }>({ path: '/openapi/v3' })).paths ?? {};
  } catch (error) {
    if (mayLack) return undefined;
    throw error;
  }
}

async function documentOf(
  session: Session,
  index: Index,
  { group, version, resource }: Mapping,
): Promise<Document> {
  const key = group === '' ? `api/${version}` : `apis/${group}/${version}`;
  const path = Object.hasOwn(index, key) ? index[key]?.serverRelativeURL : undefined;
  if (!path) throw new Error(`couldn't find resource for "${group}/${version}, Resource=${resource}"`);
  return session.json<Document>({ path });
}
