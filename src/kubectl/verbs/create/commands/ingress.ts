// kubectl create ingress.
import { defineCommand } from '../../../command/command.ts';
import { stringArrayFlag, stringFlag } from '../../../command/flag.ts';
import { create, createFlags, placeOf } from '../create-verb.ts';
import { ingressOf } from '../objects/ingress.ts';

export default defineCommand({
  use: 'ingress NAME --rule=host/path=service:port[,tls[=secret]] ',
  long: 'Create an ingress with the specified name.',
  examples: `# Create an ingress that directs requests for foo.com/bar to port 8080 of svc1, with a TLS secret
kubectl create ingress simple --rule="foo.com/bar=svc1:8080,tls=my-cert"

# Create an ingress for all hosts, with a class
kubectl create ingress catch-all --class=otheringress --rule="/path=svc:port"

# Create an ingress with annotations
kubectl create ingress annotated --class=default --rule="foo.com/bar=svc:port" --annotation ingress.annotation1=foo

# Create an ingress for all paths that begin with /path
kubectl create ingress prefixes --rule="foo.com/path*=svc:8080"

# Create an ingress with a default backend
kubectl create ingress ingdefault --default-backend=defaultsvc:http --rule="foo.com/*=svc:8080,tls=secret1"`,
  flags: {
    ...createFlags(),
    class: stringFlag('', 'Ingress Class to be used'),
    rule: stringArrayFlag(
      "Rule in format host/path=service:port[,tls=secretname]. Paths containing the leading character '*' are considered pathType=Prefix. tls argument is optional.",
    ),
    'default-backend': stringFlag('', 'Default service for backend, in format of svcname:port'),
    annotation: stringArrayFlag('Annotation to insert in the ingress object, in the format annotation=value'),
  },
  async run(context) {
    const { flags } = context;
    const made = ingressOf(await placeOf(context), {
      class: flags.class,
      rules: flags.rule,
      defaultBackend: flags['default-backend'],
      annotations: flags.annotation,
    });
    await create(context, made, 'failed to create ingress: ');
  },
});
