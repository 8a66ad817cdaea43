import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULTS } from './catalogue';

it.each(FAULTS.flatMap(({ id, tests }) => tests.map(([file, words]): [string, string, string] => [id, file, words])))(
  '%s: test/%s has a test whose name says "%s"',
  (_id, file, words) => {
    expect(readFileSync(join(__dirname, '..', file), 'utf8')).toContain(words);
  },
);
