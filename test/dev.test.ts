/** `npm run dev`: whatever was saved last is what runs, one at a time, also after a start that failed. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from './support/until';

/** Stands in for the compiler: what is in `src` is what is built. */
const BUILD = `
const { appendFileSync, cpSync, mkdirSync } = require('node:fs');
appendFileSync('said', 'build\\n');
mkdirSync('dist/src/cli', { recursive: true });
setTimeout(() => cpSync('src/helpdesk.js', 'dist/src/cli/helpdesk.js'), 300);
`;
/** A helpdesk that says when it starts and when it ends, which takes a while. */
const service = (version: string): string => `
const { appendFileSync } = require('node:fs');
const say = (word) => appendFileSync('said', word + ' ${version}\\n');
setInterval(() => undefined, 1000);
process.on('SIGTERM', () => setTimeout(() => { say('end'); process.exit(0); }, 1000));
say('start');
`;
const PATIENCE_MS = 20_000;

let folder: string;
let dev: ChildProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'helpdesk-dev-'));
  for (const name of ['src', 'bots', 'migrations', 'sandbox', 'knowledge']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { build: 'node build.js' } }));
  writeFileSync(join(folder, 'build.js'), BUILD);
  save(service('one'));
  dev = spawn(process.execPath, [resolve('scripts/dev.js')], { cwd: folder, stdio: 'ignore' });
});

afterEach(async () => {
  if (dev.exitCode === null) {
    const ended = new Promise((done) => dev.once('exit', done));
    dev.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

function save(text: string): void {
  writeFileSync(join(folder, 'src', 'helpdesk.js'), text);
}

function said(): string[] {
  const file = join(folder, 'said');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

const hears = (word: string, times = 1): Promise<true> =>
  until(() => Promise.resolve(said().filter((each) => each === word).length >= times || undefined), PATIENCE_MS);
const ran = (): string[] => said().filter((word) => word !== 'build');

it(
  'what starts wrong is started again once it is mended',
  async () => {
    await hears('start one');
    save(`require('node:fs').appendFileSync('said', 'broken\\n'); throw new Error('a slip');`);
    await hears('broken');
    save(service('mended'));
    await hears('start mended');

    expect(ran()).toEqual(['start one', 'end one', 'broken', 'start mended']);
  },
  4 * PATIENCE_MS,
);

it(
  'of two changes while it builds the last one runs, and nothing beside it',
  async () => {
    await hears('start one');
    save(service('two'));
    await hears('build', 2);
    save(service('three'));
    await hears('start three');
    await hears('build', 3);
    dev.kill('SIGTERM');
    await hears('end three');

    const [starts, ends] = ['start', 'end'].map((what) => ran().filter((word) => word.startsWith(what)).length);
    expect(ran().filter((word) => word === 'start three')).toHaveLength(1);
    expect(ends).toBe(starts);
  },
  4 * PATIENCE_MS,
);
