// kubectl apply view-last-applied.
import { parseExactJson } from '../../../kit/exact-json.ts';
import { lastAppliedOf } from '../../apply/last-applied.ts';
import { filesOf } from '../../changes/targets.ts';
import { defineCommand } from '../../command/command.ts';
import { filenameFlags, labelSelectorFlag } from '../../command/common-flags.ts';
import { boolFlag, stringFlag } from '../../command/flag.ts';
import { withSource } from '../../errors/with-source.ts';
import { toYaml } from '../../printers/yaml/write.ts';
import { findResources } from '../../resources/find-resources.ts';

export default defineCommand({
  use: 'view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  long: `View the latest last-applied-configuration annotations by type/name or file.

The default output is YAML; -o changes the format.`,
  examples: `# View the last-applied-configuration annotations by type/name in YAML
kubectl apply view-last-applied deployment/nginx

# View the last-applied-configuration annotations by file in JSON
kubectl apply view-last-applied -f deploy.yaml -o json`,
  flags: {
    output: stringFlag('yaml', 'Output format. Must be one of (yaml, json)', { short: 'o' }),
    all: boolFlag(false, 'Select all resources in the namespace of the specified resource types'),
    ...filenameFlags(
      'Filename, directory, or URL to files that contains the last-applied-configuration annotations',
    ),
    selector: labelSelectorFlag(),
  },
  async complete({ args, session }, toComplete) {
    const { completeTypesAndNames } = await import('../../command/complete-resources.ts');
    return completeTypesAndNames(session, args, toComplete);
  },
  async run({ args, flags, io, session, usageError }) {
    const { namespace, explicit } = await session.namespace();
    const found = await findResources(session, io, {
      ...{ args, ...filesOf(flags), labelSelector: flags.selector, all: flags.all, namespace },
      ...{ enforceNamespace: explicit, typeMeansAll: explicit, latest: true, flatten: true },
    });
    const texts: string[] = [];
    await found.visit((info) => {
      const text = lastAppliedOf(info.object);
      if (text === undefined) {
        const doing = `no last-applied-configuration annotation found on resource: ${info.name}\n`;
        const error = withSource(doing, info.source, new Error('%!v(<nil>)'));
        if (info.source !== '') throw error;
        return;
      }
      texts.push(text);
    });
    for (const text of texts)
      if (flags.output === 'json') io.out(indented(text));
      else if (flags.output === 'yaml') io.out(toYaml(parseExactJson(text)));
      else
        throw usageError(
          `Unexpected -o output mode: ${flags.output}, the flag 'output' must be one of yaml|json`,
        );
  },
});

/** The text itself with line breaks: members stay in their order. */
const indented = (text: string): string =>
  `${JSON.stringify(parseExactJson(text), null, 2)}${text.endsWith('\n') ? '\n' : ''}`;
