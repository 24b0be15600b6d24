import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boolFlag, durationFlag, intFlag, stringArrayFlag, stringFlag, stringSliceFlag } from './flag.ts';
import { firstArgument, parseFlags } from './parse.ts';

const flags = {
  all: boolFlag(false, '', { short: 'A' }),
  watch: boolFlag(false, '', { short: 'w' }),
  output: stringFlag('', '', { short: 'o' }),
  'dry-run': stringFlag('none', '', { withoutValue: 'unchanged' }),
  'chunk-size': intFlag(500, ''),
  env: stringArrayFlag('', { short: 'e' }),
  filename: stringSliceFlag('', { short: 'f' }),
  timeout: durationFlag(0, '0s', ''),
  old: stringFlag('', '', { deprecated: 'use --output' }),
};
const read = (...words: string[]) => {
  const { args, argsBeforeDash, given } = parseFlags(words, flags);
  return { args, argsBeforeDash, ...Object.fromEntries(given) };
};
const failing = (...words: string[]) => {
  try {
    parseFlags(words, flags);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('parseFlags', () => {
  it('takes values behind = and as the next word, and groups of letters', () => {
    const both = { args: ['pods'], argsBeforeDash: -1, output: 'json' };
    assert.deepEqual(read('--output=json', 'pods'), both);
    assert.deepEqual(read('pods', '--output', 'json'), both);
    assert.deepEqual(read('-ojson', 'pods'), both);
    assert.deepEqual(read('-o=json', 'pods'), both);
    assert.deepEqual(read('-Awo', 'json', 'pods'), { ...both, all: true, watch: true });
    assert.deepEqual(read('-Aw=false'), { args: [], argsBeforeDash: -1, all: true, watch: false });
  });

  it('leaves the next word alone behind a flag that needs no value', () => {
    assert.deepEqual(read('--dry-run', 'client'), {
      args: ['client'],
      argsBeforeDash: -1,
      'dry-run': 'unchanged',
    });
    assert.deepEqual(read('--all', 'false'), { args: ['false'], argsBeforeDash: -1, all: true });
    assert.deepEqual(read('--dry-run=client'), { args: [], argsBeforeDash: -1, 'dry-run': 'client' });
  });

  it('keeps what stands behind -- as it is, and - as a word', () => {
    assert.deepEqual(read('pod', '--', '-o', '--x'), { args: ['pod', '-o', '--x'], argsBeforeDash: 1 });
    assert.deepEqual(read('-f', '-', '-'), { args: ['-'], argsBeforeDash: -1, filename: ['-'] });
  });

  it('gathers repeated flags; slices are split at commas as CSV, arrays are not', () => {
    assert.deepEqual(read('-e', 'a=1,2', '-e=b').args, []);
    assert.deepEqual(parseFlags(['-e', 'a=1,2', '-e=b'], flags).given.get('env'), ['a=1,2', 'b']);
    assert.deepEqual(parseFlags(['-f', 'a,"b,c"', '-f=d'], flags).given.get('filename'), ['a', 'b,c', 'd']);
  });

  it('reads numbers, durations and underscores as pflag does', () => {
    assert.deepEqual(read('--chunk_size=0x10', '--timeout=1m30s'), {
      args: [],
      argsBeforeDash: -1,
      'chunk-size': 16,
      timeout: 90_000,
    });
  });

  it('words errors as pflag does', () => {
    assert.equal(failing('--nope'), 'unknown flag: --nope');
    assert.equal(failing('-AQ'), "unknown shorthand flag: 'Q' in -Q");
    assert.equal(failing('--output'), 'flag needs an argument: --output');
    assert.equal(failing('-wo'), "flag needs an argument: 'o' in -o");
    assert.equal(failing('--=x'), 'bad flag syntax: --=x');
    assert.equal(
      failing('--watch=x'),
      'invalid argument "x" for "-w, --watch" flag: strconv.ParseBool: parsing "x": invalid syntax',
    );
    assert.equal(
      failing('--chunk-size=99999999999999999999'),
      'invalid argument "99999999999999999999" for "--chunk-size" flag: strconv.ParseInt: parsing "99999999999999999999": value out of range',
    );
    assert.equal(
      failing('--timeout=5'),
      'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"',
    );
  });

  it('tells of deprecated flags, and knows no flag that objects have by birth', () => {
    assert.deepEqual(parseFlags(['--old=x'], flags).notices, [
      'Flag --old has been deprecated, use --output',
    ]);
    assert.equal(failing('--constructor=1'), 'unknown flag: --constructor');
  });
});

describe('firstArgument', () => {
  it('finds the subcommand behind flags and their values', () => {
    assert.equal(firstArgument(['-o', 'x', '--all', 'get', 'pods'], flags), 3);
    assert.equal(firstArgument(['--output=x', 'get'], flags), 1);
    assert.equal(firstArgument(['--unknown', 'get'], flags), -1);
    assert.equal(firstArgument(['--', 'get'], flags), -1);
  });
});
