import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse as parseEnv } from 'dotenv';
import { parse } from 'yaml';
import { readDesk } from '../src/config';
import { deskRows, deskSchema, envExample, settingRows } from '../src/config-reference';
import { readSettings, SETTINGS } from '../src/config-settings';

const file = (name: string): string => readFileSync(join(__dirname, '..', name), 'utf8');

describe('helpdesk.schema.json', () => {
  const valid = new Ajv().compile(JSON.parse(file('helpdesk.schema.json')));

  it('is what the code checks (npm run schema writes it)', () => {
    expect(JSON.parse(file('helpdesk.schema.json'))).toEqual(deskSchema());
  });

  it('accepts helpdesk.example.yaml, which names it in its first line', () => {
    const example = file('helpdesk.example.yaml');

    expect(valid(parse(example)) || valid.errors).toBe(true);
    expect(example.split('\n')[0]).toBe('# yaml-language-server: $schema=./helpdesk.schema.json');
  });

  it('refuses what is unknown, missing or wrong', () => {
    const line = { key: 'it', name: 'IT', channels: ['slack:C0A'] };
    const refused = [
      {},
      { lines: [] },
      { lines: [{ ...line, colour: 'red' }] },
      { lines: [{ ...line, channels: ['#it'] }] },
      { lines: [line], categories: [{ key: 'a', name: {} }] },
    ];

    expect(valid({ lines: [line] })).toBe(true);
    expect(refused.filter((each) => valid(each))).toEqual([]);
  });
});

describe('helpdesk.example.yaml', () => {
  it('is a desk as it stands', () => {
    expect(readDesk('helpdesk.example.yaml', file('helpdesk.example.yaml')).lines.map(({ key }) => key)).toEqual([
      'it',
      'it-l2',
    ]);
  });

  it('is a desk with every commented part put in', () => {
    const whole = file('helpdesk.example.yaml').replace(
      /^( *)# (language: pl.*|similarTickets:.*|(?:categories|departments|organisations):| {2}.*)$/gm,
      '$1$2',
    );

    const desk = readDesk('helpdesk.example.yaml', whole);

    expect(desk.lines[1]).toMatchObject({ language: 'pl', similarTickets: 'line' });
    expect(desk.groups.map(({ kind, key }) => [kind, key])).toEqual([
      ['department', 'finance'],
      ['organisation', 'acme'],
    ]);
    expect(desk.categories.map(({ key, children }) => [key, children.length])).toEqual([
      ['network', 2],
      ['other', 0],
    ]);
  });
});

describe('.env.example', () => {
  it('is what the code reads (npm run schema writes it)', () => {
    expect(file('.env.example')).toBe(envExample());
  });

  it('changes nothing when it is copied', () => {
    expect(parseEnv(file('.env.example'))).toEqual({});
  });

  it('shows an example of every setting that is understood, those of tokens excepted', () => {
    const examples = parseEnv(file('.env.example').replace(/^#(?=[A-Z_]+=)/gm, ''));

    const { problems } = readSettings(examples);

    expect(Object.keys(examples)).toEqual(Object.keys(SETTINGS));
    expect(problems.map(({ place }) => place)).toEqual(['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN']);
  });
});

describe('docs/OPERATIONS.md', () => {
  /** The cells of every table row, without the padding that prettier adds. */
  const rows = file('docs/OPERATIONS.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  it.each(settingRows())('tells of the setting %s what the code does', (...row) => {
    expect(rows).toContainEqual(row);
  });

  it.each(deskRows())('tells of %s in helpdesk.yaml what the code does', (...row) => {
    expect(rows).toContainEqual(row);
  });
});
