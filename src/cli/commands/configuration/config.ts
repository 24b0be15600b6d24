// `tiphys config view|validate|init|schema|explain`: tiphys.yaml.
import { existsSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { USUAL_FILE } from '../../../cluster/config/schema.ts';
import { UserError } from '../../../cluster/progress.ts';
import { knownCluster } from '../options.ts';

const readFile = async (path = USUAL_FILE) =>
  (await import('../../../cluster/config/read.ts')).readConfigFile(path);

interface ViewOptions {
  readonly config?: string;
  readonly name?: string;
  readonly raw: boolean;
  readonly output: 'yaml' | 'json';
}

const viewCommand = () =>
  new Command('view')
    .description(`Show what ${USUAL_FILE} comes to, with all defaults`)
    .option('--config <file>', `another file than ${USUAL_FILE}`)
    .option('--name <name>', 'what this cluster was started with, in place of a file')
    .option('--raw', 'show passwords', false)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['yaml', 'json']).default('yaml'))
    .action(async (given: ViewOptions) => {
      const { effectiveConfig } = await import('../../../cluster/config/effective.ts');
      const value = effectiveConfig(await shownConfig(given), given.raw);
      const { render } = await import('../../output/print.ts');
      process.stdout.write(await render(given.output, [], [], value));
    });

async function shownConfig({ config, name }: ViewOptions) {
  if (name !== undefined) {
    const { savedConfig } = await import('../../../cluster/config/saved.ts');
    const saved = savedConfig(knownCluster(name).record.dataDir);
    if (!saved) throw new UserError(`cluster ${name} was started without a configuration file`);
    return saved.config;
  }
  return config === undefined && !existsSync(USUAL_FILE) ? undefined : (await readFile(config)).config;
}

const validateCommand = () =>
  new Command('validate')
    .description('Check a configuration file: every problem, with its path')
    .argument('[file]', 'the file', USUAL_FILE)
    .action(async (path: string) => {
      await readFile(path);
      process.stdout.write(`${path} is valid\n`);
    });

const initCommand = () =>
  new Command('init')
    .description('Write a configuration file in which every field is explained and commented out')
    .argument('[file]', 'where to (-: to standard output)', USUAL_FILE)
    .option('--force', 'replace a file that is there', false)
    .action(async (path: string, { force }: { force: boolean }) => {
      const { exampleFile } = await import('../../../cluster/config/explain.ts');
      if (path === '-') {
        process.stdout.write(exampleFile());
        return;
      }
      try {
        writeFileSync(path, exampleFile(), { flag: force ? 'w' : 'wx' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        throw new UserError(`${path} is there already; --force replaces it`);
      }
      process.stderr.write(`Wrote ${path}; tiphys up reads it\n`);
    });

const schemaCommand = () =>
  new Command('schema').description('Print the JSON Schema, for editors').action(async () => {
    const { configurationJsonSchema } = await import('../../../cluster/config/reference.ts');
    process.stdout.write(`${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`);
  });

const explainCommand = () =>
  new Command('explain')
    .description('Say what a field means, and which fields it has')
    .argument('[path]', 'such as nodes.taints.effect; all fields without')
    .action(async (path?: string) => {
      const { explain } = await import('../../../cluster/config/explain.ts');
      process.stdout.write(explain(path));
    });

export const configCommand = (): Command =>
  new Command('config')
    .description(`Look at, check, write and explain ${USUAL_FILE}`)
    .addCommand(viewCommand())
    .addCommand(validateCommand())
    .addCommand(initCommand())
    .addCommand(schemaCommand())
    .addCommand(explainCommand());
