/** The built product, for tests that run it as an operator does: `dist/` is brought up to date when a source is newer. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** Tests and scripts run in the folder of the package, wherever their own code is compiled to. */
const ROOT = process.cwd();
const SOURCES = ['src', 'bots', 'migrations', 'sandbox', 'bench', 'tsconfig.json', 'tsconfig.build.json'];
const STAMP = join(ROOT, 'dist', '.tsbuildinfo');
/** Made by whoever builds: several test files may find `dist/` stale at once. */
const LOCK = join(ROOT, 'dist', '.building');
const LOCK_LIFE_MS = 60_000;

/** The operator's command. */
export const COMMAND = join(ROOT, 'dist', 'src', 'cli', 'helpdesk.js');
/** What the page of the sandbox runs first. */
const PAGE = join(ROOT, 'dist', 'sandbox', 'page', 'main.js');
const PROJECTS = ['tsconfig.build.json', 'sandbox/page/tsconfig.json'];

/** @throws Error when the product does not compile */
export async function built(): Promise<void> {
  while (isStale()) {
    if (!(await takeLock())) continue;
    try {
      for (const project of PROJECTS)
        execFileSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', project], { cwd: ROOT });
      utimesSync(STAMP, new Date(), new Date());
    } finally {
      rmdirSync(LOCK);
    }
  }
}

/** @returns false after waiting for somebody else's build */
async function takeLock(): Promise<boolean> {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    if (existsSync(LOCK) && Date.now() - statSync(LOCK).mtimeMs > LOCK_LIFE_MS) rmdirSync(LOCK);
    await new Promise((resolve) => setTimeout(resolve, 100));
    return false;
  }
}

function isStale(): boolean {
  return [COMMAND, PAGE, STAMP].some((path) => !existsSync(path)) || newest() > statSync(STAMP).mtimeMs;
}

function newest(): number {
  const times = SOURCES.map((name) => join(ROOT, name)).flatMap((path) => {
    if (!existsSync(path)) return [];
    if (!statSync(path).isDirectory()) return [statSync(path).mtimeMs];
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    return files.map((file) => statSync(join(path, file)).mtimeMs);
  });
  return Math.max(...times);
}
