// `kubectl auth can-i`: asks the server whether the user may do something, or for all that the user may do.
import type { PolicyRule } from '../../../api/kinds/rbac/v1/policy.ts';
import { defineCommand } from '../../command/command.ts';
import { boolFlag, stringFlag } from '../../command/flag.ts';
import { compactRules, ruleResource } from '../../describe/access/rules.ts';
import { listText } from '../../describe/values.ts';
import type { Mapping } from '../../discovery/served.ts';
import { NoMatchError } from '../../errors/errors.ts';
import type { Io } from '../../io/io.ts';
import { TabWriter } from '../../printers/tabwriter.ts';
import type { Session } from '../../session/session.ts';

const REVIEWS = '/apis/authorization.k8s.io/v1';

const VERBS = new Set(
  [
    'get',
    'list',
    'watch',
    'create',
    'update',
    'patch',
    'delete',
    'deletecollection',
    'use',
    'bind',
    'impersonate',
  ].concat(['*', 'approve', 'sign', 'escalate', 'attest']),
);
const URL_VERBS = new Set(['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*']);

/** What no discovery names. */
const OTHER_RESOURCES = new Set(['users', 'groups']);

export default defineCommand({
  use: 'can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  long: `Check whether an action is allowed.

VERB is a logical Kubernetes API verb like 'get', 'list', 'watch', 'delete', etc. TYPE is a Kubernetes resource. Shortcuts and groups will be resolved. NONRESOURCEURL is a partial URL that starts with "/". NAME is the name of a particular Kubernetes resource. This command pairs nicely with impersonation. See --as global flag.`,
  examples: `# Check to see if I can create pods in any namespace
kubectl auth can-i create pods --all-namespaces

# Check to see if I can list deployments in my current namespace
kubectl auth can-i list deployments.apps

# Check to see if service account "foo" of namespace "dev" can list pods in the namespace "prod"
kubectl auth can-i list pods --as=system:serviceaccount:dev:foo -n prod

# Check to see if I can do everything in my current namespace ("*" means all)
kubectl auth can-i '*' '*'

# Check to see if I can get the job named "bar" in namespace "foo"
kubectl auth can-i list jobs.batch/bar -n foo

# Check to see if I can read pod logs
kubectl auth can-i get pods --subresource=log

# Check to see if I can access the URL /logs/
kubectl auth can-i get /logs/

# List all allowed actions in namespace "foo"
kubectl auth can-i --list --namespace=foo`,
  flags: {
    'all-namespaces': boolFlag(false, 'If true, check the specified action in all namespaces.', {
      short: 'A',
    }),
    list: boolFlag(false, 'If true, prints all allowed actions.'),
    'no-headers': boolFlag(false, 'If true, prints allowed actions without headers'),
    quiet: boolFlag(false, 'If true, suppress output and just return the exit code.', { short: 'q' }),
    subresource: stringFlag('', 'SubResource such as pod/log or deployment/scale'),
  },
  async run({ args, flags, io, session }) {
    const allNamespaces = flags['all-namespaces'];
    if (flags.list) {
      if (args.length > 0) throw new Error('list option must be specified with no arguments');
      if (flags.quiet || allNamespaces || flags.subresource)
        throw new Error(
          "list option can't be specified with neither quiet, all-namespaces nor subresource options",
        );
      await listRules(session, io, flags['no-headers']);
      return undefined;
    }
    const [verb = '', what = ''] = args;
    if (args.length !== 2)
      throw new Error(
        "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
      );
    const namespace = allNamespaces ? '' : (await session.namespace()).namespace;
    const action = { verb, what, namespace, subresource: flags.subresource };
    const spec = what.startsWith('/') ? urlSpec(action, io) : await resourceSpec(action, io, session);
    if (flags['no-headers']) throw new Error('--no-headers cannot be set without --list specified');
    const { status } = await session.json<AccessReview>({
      method: 'POST',
      path: `${REVIEWS}/selfsubjectaccessreviews`,
      body: { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', spec },
    });
    const { allowed = false, reason, evaluationError } = status ?? {};
    const why = [reason, evaluationError].flatMap((text) => (text ? [` - ${text}`] : [])).join('');
    if (!flags.quiet) io.out(allowed ? 'yes\n' : `no${why}\n`);
    return allowed ? 0 : 1;
  },
});

interface AccessReview {
  readonly status?: {
    readonly allowed?: boolean;
    readonly reason?: string;
    readonly evaluationError?: string;
  };
}

interface Action {
  readonly verb: string;
  readonly what: string;
  readonly namespace: string;
  readonly subresource: string;
}

const warn = (io: Io, text: string) => io.err(`Warning: ${text}\n\n`);

function urlSpec({ verb, what, subresource }: Action, io: Io): object {
  if (subresource) throw new Error('--subresource can not be used with NonResourceURL');
  if (!URL_VERBS.has(verb)) warn(io, `verb '${verb}' is not a known verb`);
  return { nonResourceAttributes: { verb, path: what } };
}

async function resourceSpec(
  { verb, what, namespace, subresource }: Action,
  io: Io,
  session: Session,
): Promise<object> {
  const slash = what.indexOf('/');
  const [type, name] = slash < 0 ? [what, ''] : [what.slice(0, slash), what.slice(slash + 1)];
  const found = type === '*' ? undefined : await findType(type, io, session);
  const { group, resource } = found ?? { group: '', resource: type };
  if (namespace !== '' && resource !== '') {
    if (found && !found.namespaced)
      warn(io, `resource '${resource}' is not namespace scoped${group && ` in group '${group}'`}`);
    if (!VERBS.has(verb)) warn(io, `verb '${verb}' is not a known verb`);
  }
  return { resourceAttributes: { namespace, verb, group, resource, subresource, name } };
}

async function findType(type: string, io: Io, session: Session): Promise<Mapping | undefined> {
  const word = type.toLowerCase();
  try {
    return await (await session.mapper()).find(word);
  } catch (error) {
    if (!(error instanceof NoMatchError)) throw error;
    const [resource, ...group] = word.split('.');
    if (!OTHER_RESOURCES.has(word))
      warn(
        io,
        `the server doesn't have a resource type '${resource}'${group.length > 0 ? ` in group '${group.join('.')}'` : ''}`,
      );
    return undefined;
  }
}

interface RulesReview {
  readonly status?: {
    readonly incomplete?: boolean;
    readonly evaluationError?: string;
    readonly resourceRules?: readonly PolicyRule[];
    readonly nonResourceRules?: readonly PolicyRule[];
  };
}

async function listRules(session: Session, io: Io, noHeaders: boolean): Promise<void> {
  const { namespace } = await session.namespace();
  const { status } = await session.json<RulesReview>({
    method: 'POST',
    path: `${REVIEWS}/selfsubjectrulesreviews`,
    body: { kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1', spec: { namespace } },
  });
  if (status?.incomplete) io.err(`Warning: the list may be incomplete: ${status.evaluationError ?? ''}\n`);
  const rules = compactRules([...(status?.resourceRules ?? []), ...(status?.nonResourceRules ?? [])]);
  const writer = new TabWriter({ write: (text) => io.out(text) });
  if (!noHeaders) writer.write('Resources\tNon-Resource URLs\tResource Names\tVerbs\n');
  for (const rule of rules) {
    const lists = [rule.nonResourceURLs, rule.resourceNames, rule.verbs].map(listText);
    writer.write(`${[ruleResource(rule), ...lists].join('\t')}\n`);
  }
  writer.flush();
}
