// `kubectl config set` and `unset`: one field of a kubeconfig.
import { defineCommand } from '../../command/command.ts';
import { boolFlag } from '../../command/flag.ts';
import { propertyOf, withField, withoutField } from './properties.ts';
import { ConfigStore } from './store.ts';

export const setProperty = defineCommand({
  use: 'set PROPERTY_NAME PROPERTY_VALUE',
  long: `Set an individual value in a kubeconfig file.

 PROPERTY_NAME is a dot delimited name where each token represents either an attribute name or a map key.

 PROPERTY_VALUE is the new value you want to set. Binary fields such as 'certificate-authority-data' expect a base64 encoded string unless the --set-raw-bytes flag is used.`,
  examples: `# Set the server field on the my-cluster cluster to https://1.2.3.4
kubectl config set clusters.my-cluster.server https://1.2.3.4

# Set the cluster field in the my-context context to my-cluster
kubectl config set contexts.my-context.cluster my-cluster

# Set the client-key-data field in the cluster-admin user using --set-raw-bytes option
kubectl config set users.cluster-admin.client-key-data cert_data_here --set-raw-bytes=true`,
  flags: {
    'set-raw-bytes': boolFlag(
      false,
      'When writing a []byte PROPERTY_VALUE, write the given string directly without base64 decoding.',
    ),
  },
  async run({ args, flags, io, session, help }) {
    const [path, value] = args;
    if (path === undefined || value === undefined || args.length !== 2) {
      await help();
      throw new Error(`Unexpected args: [${args.join(' ')}]`);
    }
    if (value === '') throw new Error('you cannot use set to unset a property');
    if (path === '') throw new Error('you must specify a property');
    const store = new ConfigStore(io, session.flags);
    const property = propertyOf(path);
    if (property.what === 'current-context') store.setCurrent(value);
    else if (property.what !== 'field') throw new Error("can't set a map to a value: map[]");
    else {
      const before = store.entries(property.section).get(property.name) ?? {};
      const after = withField(before, property, value, flags['set-raw-bytes']);
      store.put(property.section, property.name, after, false);
    }
    io.out(`Property ${JSON.stringify(path)} set.\n`);
  },
});

export const unsetProperty = defineCommand({
  use: 'unset PROPERTY_NAME',
  long: `Unset an individual value in a kubeconfig file.

 PROPERTY_NAME is a dot delimited name where each token represents either an attribute name or a map key.`,
  examples: `# Unset the current-context
kubectl config unset current-context

# Unset namespace in foo context
kubectl config unset contexts.foo.namespace`,
  async run({ args, io, session, help }) {
    const [path] = args;
    if (path === undefined || args.length !== 1) {
      await help();
      throw new Error(`Unexpected args: [${args.join(' ')}]`);
    }
    if (path === '') throw new Error('you must specify a property');
    const store = new ConfigStore(io, session.flags);
    const property = propertyOf(path);
    if (property.what === 'current-context') store.setCurrent('');
    else if (property.what === 'section') store.removeAll(property.section);
    else if (property.what === 'entry') store.remove(property.section, property.name);
    else {
      const before = store.entries(property.section).get(property.name);
      if (!before) throw new Error(`current map key \`${property.name}\` is invalid`);
      store.put(property.section, property.name, withoutField(before, property.field), false);
    }
    io.out(`Property ${JSON.stringify(path)} unset.\n`);
  },
});
