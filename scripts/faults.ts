/**
 * `npm run faults`: breaks everything that may break, on both databases, and writes what came of it to docs/RELIABILITY.md.
 * `npm run faults -- F20 O1` runs only these, and leaves the other lines as they are.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAULTS } from '../test/faults/catalogue';
import type { FaultCase } from '../test/faults/catalogue';

const PAGE = join('docs', 'RELIABILITY.md');
const [BEGIN, END] = ['<!-- results -->', '<!-- end of results -->'];

interface Ran {
  readonly file: string;
  readonly name: string;
  readonly status: string;
  readonly ms: number;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { fullName: string; status: string; duration?: number | null }[];
  }[];
}

function run(files: readonly string[]): Ran[] {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-faults-'));
  const output = join(folder, 'report.json');
  try {
    const jest = join('node_modules', '.bin', 'jest');
    const options = ['--runInBand', '--json', `--outputFile=${output}`, '--testTimeout=300000', '--runTestsByPath'];
    spawnSync(jest, [...options, ...files], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, FAULTS: 'long' },
    });
    const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as Report;
    return testResults.flatMap(({ name: file, assertionResults }) =>
      assertionResults.map(({ fullName: name, status, duration }) => ({ file, name, status, ms: duration ?? 0 })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function resultOf({ tests }: FaultCase, ran: readonly Ran[]): { passed: boolean; says: string } {
  const own = tests.map(([file, words]) => ran.filter((each) => each.file.endsWith(file) && each.name.includes(words)));
  const done = own.flat().filter(({ status }) => status === 'passed' || status === 'failed');
  const failed = done.filter(({ status }) => status === 'failed').length;
  const skipped = own.flat().length - done.length;
  const passed = failed === 0 && own.every((list) => list.some(({ status }) => status === 'passed'));
  const seconds = (done.reduce((sum, { ms }) => sum + ms, 0) / 1000).toFixed(1);
  const left = skipped === 0 ? '' : `, ${skipped} not run here`;
  return {
    passed,
    says: `${passed ? 'passed' : 'FAILED'}: ${done.length - failed} of ${done.length}${left}, ${seconds} s`,
  };
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const wanted = process.argv.slice(2);
const chosen = FAULTS.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
const files = [...new Set(chosen.flatMap(({ tests }) => tests.map(([file]) => join('test', file))))];
const ran = run(files);
const results = chosen.map((each) => ({ ...each, ...resultOf(each, ran) }));
const databases = process.env.TEST_MYSQL_URL ? 'SQLite and MariaDB' : 'SQLite alone (TEST_MYSQL_URL is not set)';
const page = readFileSync(PAGE, 'utf8');
const [before = '', rest = ''] = page.split(BEGIN);
const [earlier = '', after = ''] = rest.split(END);
const rowOf = ({ id, fault, criterion }: FaultCase): string => {
  const result = results.find((each) => each.id === id);
  const line = earlier.split('\n').find((each) => each.startsWith(`| ${id} `));
  return result === undefined && line !== undefined
    ? line
    : `| ${id} | ${fault} | ${criterion} | ${result?.says ?? 'not run'} |`;
};
const table = [
  `Node ${process.versions.node}, ${databases}.`,
  '',
  '| # | fault | must be true | result |',
  '| --- | --- | --- | --- |',
  ...FAULTS.map(rowOf),
].join('\n');
for (const { id, fault, says } of results) print(`${id.padEnd(4)} ${says.padEnd(34)} ${fault}`);
writeFileSync(PAGE, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
