/** What is installed in production: under which licences, from the lock file, and what CI does when a vulnerability is known. */
// ASVS 5.0 v5.0.0-15.1.2 (an inventory of components), v5.0.0-15.2.1 (known vulnerabilities)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Permissive: they ask for no more than their notice, and nothing of who installs or changes the helpdesk. */
const LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const production = Object.entries(lock.packages).filter(
  ([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true,
);

/** Whether one of the licences that a package lets us choose from is permissive; those joined by AND must all be. */
function isPermissive(expression: string): boolean {
  const choices = expression.replace(/^\(|\)$/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((licence) => LICENCES.has(licence.trim())));
}

it('every package of a production installation is under a permissive licence', () => {
  const others = production.filter(([, { license = 'none' }]) => !isPermissive(license));

  expect(production.length).toBeGreaterThan(100);
  expect(others.map(([path, { version, license }]) => `${path} ${version}: ${license}`)).toEqual([]);
});

it.each([
  ['MIT', true],
  ['(MIT OR WTFPL)', true],
  ['GPL-3.0-only OR MIT', true],
  ['MIT AND GPL-3.0-only', false],
  ['AGPL-3.0', false],
  ['UNLICENSED', false],
  ['none', false],
])('%s: permissive is %s', (licence, is) => expect(isPermissive(licence)).toBe(is));

it('every package of production is installed as it was locked, to the byte', () => {
  const unsure = production.filter(([, { integrity = '', link }]) => link !== true && !/^sha512-/.test(integrity));

  expect(unsure.map(([path]) => path)).toEqual([]);
});

describe('asking for known vulnerabilities', () => {
  /** The script beside an `npm` that says this. */
  const asked = (answer: string): { status: number | null; stdout: string } => {
    const folder = mkdtempSync(join(tmpdir(), 'helpdesk-audit-'));
    try {
      writeFileSync(join(folder, 'answer'), answer);
      writeFileSync(join(folder, 'npm'), `#!/bin/sh\ncat "${join(folder, 'answer')}"\nexit 1\n`, { mode: 0o755 });
      const path = `${folder}:${dirname(process.execPath)}:/bin:/usr/bin`;
      const options = { encoding: 'utf8', env: { PATH: path } } as const;
      return spawnSync(process.execPath, ['scripts/vulnerabilities.js'], options);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const found = (counts: object, vulnerabilities: object = {}): string =>
    JSON.stringify({ vulnerabilities, metadata: { vulnerabilities: counts } });

  it('fails on a high one, and names it', () => {
    const lib = { lib: { severity: 'high', range: '<2', fixAvailable: true } };
    const { status, stdout } = asked(found({ high: 1 }, lib));

    expect(status).toBe(1);
    expect(stdout).toContain('lib <2: high; mended in a newer version');
  });

  it('passes with less than that', () => {
    expect(asked(found({ critical: 0, high: 0, moderate: 3 })).status).toBe(0);
  });

  it.each([
    ['has no such list', '{"message":"404 Not Found","error":{"summary":"","detail":""}}', '404 Not Found'],
    ['cannot be reached', '{"error":{"summary":"request failed, reason: ENOTFOUND"}}', 'ENOTFOUND'],
    ['says nothing', '', 'no answer'],
  ])('passes, and says so, where the registry %s', (_what, answer, reason) => {
    const { status, stdout } = asked(answer);

    expect(status).toBe(0);
    expect(stdout).toContain('not asked');
    expect(stdout).toContain(reason);
  });
});
