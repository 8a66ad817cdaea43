import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readConfig, readDesk } from '../src/config';
import { weekdaysOf } from '../src/config-shape';
import { DEFAULT_CATEGORIES } from '../src/domain/category';

/** The sample of the documentation. */
const SAMPLE = `language: en                     # en | pl; a person's own chat language wins
lines:
  - key: it                      # first line of support
    name: IT Service Desk
    channels: ["slack:C0SUPPORT", "teams:19:abc@thread.tacv2"]   # every one shows every ticket of the line
    agents: channel-members      # or a list: ["slack:U0ANNA", "teams:29:1xyz"]
    managers: ["slack:U0BOSS", "mailto:boss@example.com"]
    escalatesTo: it-l2
    summary: { at: "09:00", days: mon-fri, timezone: Europe/Warsaw }
  - key: it-l2
    name: Infrastructure
    channels: ["slack:C0INFRA"]
knowledge: ["knowledge/"]        # imported at start
`;

const LINE = 'key: it, name: IT, channels: ["slack:C0SUPPORT"]';

/** The problems of a file, without the heading and the file's name. */
function problemsOf(text: string): string[] {
  try {
    readDesk('helpdesk.yaml', text);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.replace('  helpdesk.yaml:', ''));
    throw error;
  }
  return [];
}

it('an id that is still as the link to the channel has it is told how to read it', () => {
  const [channel, manager, ...more] = problemsOf(
    'lines: [{ key: it, name: IT, channels: ["teams:19%3Aabc%40thread.tacv2"], managers: ["teams:19%3aabc%40thread.tacv2"] }]\n',
  );

  expect(channel).toMatch(/^1 {2}lines\[0\]\.channels\[0\]: "teams:19%3A.*with : for %3A and @ for %40/);
  expect(manager).toMatch(/^1 {2}lines\[0\]\.managers\[0\]: "teams:19%3a.*with : for %3A and @ for %40/);
  expect(more).toEqual([]);
});

describe('the sample', () => {
  it('is accepted as it stands', () => {
    expect(readDesk('/srv/desk/helpdesk.yaml', SAMPLE)).toEqual({
      language: 'en',
      lines: [
        {
          key: 'it',
          name: 'IT Service Desk',
          channels: ['slack:C0SUPPORT', 'teams:19:abc@thread.tacv2'],
          agents: 'channel-members',
          managers: ['slack:U0BOSS', 'mailto:boss@example.com'],
          escalatesTo: 'it-l2',
          summary: { at: '09:00', days: [1, 2, 3, 4, 5], timezone: 'Europe/Warsaw' },
          language: 'en',
          similarTickets: 'agents',
        },
        {
          key: 'it-l2',
          name: 'Infrastructure',
          channels: ['slack:C0INFRA'],
          agents: 'channel-members',
          managers: [],
          escalatesTo: null,
          summary: null,
          language: 'en',
          similarTickets: 'agents',
        },
      ],
      categories: DEFAULT_CATEGORIES,
      groups: [],
      knowledge: ['/srv/desk/knowledge'],
      synonyms: null,
      learning: true,
      closeAfterDays: 5,
      articles: { reviewed: [], staleAfterDays: 180 },
    });
  });
});

describe('a desk', () => {
  it('learns from use unless it is told not to', () => {
    const off = readDesk('/srv/desk/x', `lines: [{ ${LINE} }]\nknowledge: { paths: [kb/], learning: off }\n`);

    expect(off).toMatchObject({ knowledge: ['/srv/desk/kb'], learning: false });
    expect(readDesk('x', `lines: [{ ${LINE} }]\nknowledge: { paths: [kb/] }\n`).learning).toBe(true);
  });

  it('speaks one language, and each line its own where it says so', () => {
    const desk = readDesk('x', `language: pl\nlines: [{ ${LINE} }, { ${LINE.replace('it', 'en')}, language: en }]\n`);

    expect(desk.language).toBe('pl');
    expect(desk.lines.map(({ language }) => language)).toEqual(['pl', 'en']);
  });

  it('names its agents one by one', () => {
    const desk = readDesk('x', `lines: [{ ${LINE}, agents: ["slack:U0ANNA", "slack:W0EWA", "teams:29:1xyz"] }]\n`);

    expect(desk.lines[0]?.agents).toEqual(['slack:U0ANNA', 'slack:W0EWA', 'teams:29:1xyz']);
  });

  it('has categories of its own, named once or in each language', () => {
    const text = `lines: [{ ${LINE} }]
categories:
  - key: hr
    name: { en: People, pl: Kadry }
    children: [{ key: pay, name: Pay }]
  - { key: other, name: { pl: Inne } }
`;

    expect(readDesk('x', text).categories).toEqual([
      {
        key: 'hr',
        name: { en: 'People', pl: 'Kadry' },
        children: [{ key: 'pay', name: { en: 'Pay', pl: 'Pay' }, children: [] }],
      },
      { key: 'other', name: { en: 'Inne', pl: 'Inne' }, children: [] },
    ]);
  });

  it('has departments and customer organisations that articles can be for', () => {
    const text = `lines: [{ ${LINE}, similarTickets: requesters }]
departments:
  - { key: finance, name: Finance, members: ["slack:C0FINANCE", "mailto:Ewa@example.com"], emailDomains: [Finance.Example.com] }
organisations:
  - { key: acme, name: Acme, slackTeams: [T0ACME, E0ACME], teamsTenants: [AAAAAAAA-2222-3333-4444-555555555555] }
`;

    const { groups, lines } = readDesk('x', text);

    expect(lines[0]?.similarTickets).toBe('requesters');
    expect(groups).toEqual([
      {
        kind: 'department',
        key: 'finance',
        name: 'Finance',
        members: ['slack:C0FINANCE', 'mailto:Ewa@example.com'],
        emailDomains: ['finance.example.com'],
        homes: [],
      },
      {
        kind: 'organisation',
        key: 'acme',
        name: 'Acme',
        members: [],
        emailDomains: [],
        homes: ['slack:T0ACME', 'slack:E0ACME', 'teams:aaaaaaaa-2222-3333-4444-555555555555'],
      },
    ]);
  });

  it.each([
    ['departments: [{ key: hr, name: HR }]', 'nobody belongs to it; write at least one of members, emailDomains'],
    ['departments: [{ key: hr, name: HR, members: [] }]', 'nobody belongs to it'],
    ['organisations: [{ key: a, name: A }]', 'write at least one of members, emailDomains, slackTeams, teamsTenants'],
    ['departments: [{ key: hr, name: HR, members: [ewa] }]', 'members[0]: "ewa" is not an address'],
    [
      'departments: [{ key: hr, name: HR, emailDomains: ["@hr.pl"] }]',
      '"@hr.pl" is not a domain; write what stands after the @',
    ],
    ['organisations: [{ key: a, name: A, slackTeams: [C0A] }]', '"C0A" is not the id of a workspace; write the T…'],
    ['organisations: [{ key: a, name: A, teamsTenants: [acme] }]', '"acme" is not the id of a tenant'],
    [
      'departments: [{ key: a, name: A, emailDomains: [a.pl] }, { key: a, name: B, emailDomains: [b.pl] }]',
      'each department needs its own',
    ],
  ])('is told what is wrong with a group: %s', (text, problem) => {
    expect(problemsOf(`lines: [{ ${LINE} }]\n${text}\n`)).toEqual([expect.stringContaining(problem)]);
  });

  it('may write a part once and name it twice', () => {
    const text = `lines:
  - { ${LINE}, summary: &morning { at: "08:00", timezone: UTC } }
  - { ${LINE.replace('it', 'b')}, summary: *morning }
`;

    expect(readDesk('x', text).lines[1]?.summary).toEqual({ at: '08:00', days: [1, 2, 3, 4, 5], timezone: 'UTC' });
  });

  it.each([
    ['daily', [1, 2, 3, 4, 5, 6, 7]],
    ['mon-sun', [1, 2, 3, 4, 5, 6, 7]],
    ['mon-fri', [1, 2, 3, 4, 5]],
    ['fri,mon,wed', [1, 3, 5]],
    ['sun-thu', [1, 2, 3, 4, 7]],
    ['mon-wed,tue-thu,sat', [1, 2, 3, 4, 6]],
    ['sun', [7]],
  ])('gets its summary on %s', (days, weekdays) => {
    expect(weekdaysOf(days)).toEqual(weekdays);
    expect(problemsOf(`lines: [{ ${LINE}, summary: { at: "09:00", days: "${days}", timezone: UTC } }]`)).toEqual([]);
  });

  it('lets a second agent approve articles everywhere, but where a line says otherwise', () => {
    const second = `{ ${LINE.replace('it', 'en')}, articles: { review: false } }`;
    const third = `{ ${LINE.replace('it', 'db')}, articles: { review: true } }`;
    const lines = `lines: [{ ${LINE} }, ${second}, ${third}]\n`;

    expect(readDesk('x', `${lines}articles: { review: true, staleAfterDays: 30 }\n`).articles).toEqual({
      reviewed: ['it', 'db'],
      staleAfterDays: 30,
    });
    expect(readDesk('x', lines).articles).toEqual({ reviewed: ['db'], staleAfterDays: 180 });
  });

  it.each([1, 365])('may close a ticket after %d days', (days) => {
    expect(readDesk('x', `lines: [{ ${LINE} }]\ncloseAfterDays: ${days}\n`).closeAfterDays).toBe(days);
  });
});

describe('a value that is not allowed', () => {
  it.each([
    ['key: IT Desk', 'key: "IT Desk" is not a key; use 1 to 32 of a-z, 0-9 and -'],
    [`key: ${'k'.repeat(33)}`, `key: "${'k'.repeat(33)}" is not a key`],
    ['key: 7', 'key: 7 is not a key'],
    ['name: ""', 'name: "" is not a name'],
    ['name: 365', 'name: 365 is not a name; write up to 60 characters on one line, in quotes'],
    ['channels: []', 'channels: an empty list is not a list of channels; a line needs at least one'],
    ['channels: slack:C0SUPPORT', 'channels: "slack:C0SUPPORT" is not a list of channels; such as ['],
    ['channels: ["#it-support"]', 'channels[0]: "#it-support" is not the address of a channel; write slack:'],
    ['channels: ["slack:U0ANNA"]', 'channels[0]: "slack:U0ANNA" is not the address of a channel'],
    ['channels: ["mailto:a@example.com"]', 'channels[0]: "mailto:a@example.com" is not the address of a channel'],
    ['channels: ["slack:C0A", "slack:C0A"]', 'channels[1]: "slack:C0A" is listed twice'],
    ['agents: everyone', 'agents: "everyone" is not a way to name agents; write channel-members, or a list'],
    ['agents: []', 'agents: an empty list is not a way to name agents'],
    ['agents: ["slack:U0ANNA", "anna"]', 'agents[1]: "anna" is not the address of a person; write slack:'],
    ['agents: ["slack:U0ANNA", 7]', 'agents[1]: 7 is not the address of a person'],
    ['managers: ["boss@example.com"]', 'managers[0]: "boss@example.com" is not an address; write'],
    ['managers: ["mailto:boss"]', 'managers[0]: "mailto:boss" is not an address'],
    ['escalatesTo: it-l3', 'escalatesTo: "it-l3" is not the key of a line; leave it out'],
    ['escalatesTo:', 'escalatesTo: nothing is not the key of a line'],
    ['language: de', 'language: "de" is not a language of the helpdesk; use one of en, pl'],
    ['articles: { review: maybe }', 'articles.review: "maybe" is not yes or no; write true or false'],
    ['summary: daily', 'summary: "daily" is not a schedule; with at, days, timezone'],
    ['summary: { at: "9:00", timezone: UTC }', 'summary.at: "9:00" is not a time of day; write HH:MM in quotes'],
    ['summary: { at: "24:00", timezone: UTC }', 'summary.at: "24:00" is not a time of day'],
    [
      'summary: { at: "09:00", days: weekdays, timezone: UTC }',
      'summary.days: "weekdays" is not a set of days; write mon-fri',
    ],
    ['summary: { at: "09:00" }', 'summary.timezone: is missing; it must be a time zone, use an IANA name'],
    ['summary: { at: "09:00", timezone: "+01:00" }', 'summary.timezone: "+01:00" is not a time zone'],
    [
      'summary: { at: "09:00", timezone: Europe/Warszawa }',
      'summary.timezone: "Europe/Warszawa" is not a time zone; use an IANA name such as Europe/Warsaw. Did you mean Europe/Warsaw?',
    ],
  ])('of a line is told: %s', (entry, problem) => {
    const [field = ''] = entry.split(':');
    const whole = ['key: it', 'name: IT', 'channels: ["slack:C0SUPPORT"]'].filter(
      (each) => !each.startsWith(`${field}:`),
    );

    const problems = problemsOf(`lines:\n  - ${[...whole, entry].join('\n    ')}\n`);

    expect(problems).toEqual([expect.stringContaining(`lines[0].${problem}`)]);
  });

  it.each([
    ['language: english', 'language: "english" is not a language'],
    ['knowledge: knowledge/', 'knowledge: "knowledge/" is not a list of paths; such as ["knowledge/"]'],
    ['knowledge: [""]', 'knowledge[0]: "" is not a path'],
    ['knowledge: { paths: kb/ }', 'knowledge.paths: "kb/" is not a list of paths; such as ["knowledge/"]'],
    ['knowledge: { learning: maybe }', 'knowledge.learning: "maybe" is not a choice; write on or off'],
    ['knowledge: { learn: off }', 'knowledge.learn: "learn" is not known here'],
    ['closeAfterDays: 0', 'closeAfterDays: 0 is not a number of days; write a whole number from 1 to 365'],
    ['articles: true', 'articles: true is not rules for articles; with review, staleAfterDays'],
    ['articles: { staleAfterDays: 0 }', 'articles.staleAfterDays: 0 is not a number of days; write a whole number'],
    ['closeAfterDays: 366', 'closeAfterDays: 366 is not a number of days'],
    ['closeAfterDays: 1.5', 'closeAfterDays: 1.5 is not a number of days'],
    ['closeAfterDays: "5"', 'closeAfterDays: "5" is not a number of days'],
    ['categories: []', 'categories: an empty list is not a list of categories; write at least one, or leave it out'],
    ['categories: [{ key: a }]', 'categories[0].name: is missing; it must be a name'],
    ['categories: [{ key: a/b, name: A }]', 'categories[0].key: "a/b" is not a key'],
    ['categories: [{ key: a, name: {} }]', 'categories[0].name: a mapping is not a name'],
    ['categories: [{ key: a, name: { de: A } }]', 'categories[0].name.de: "de" is not known here. Known: en, pl'],
    ['categories: [{ key: a, name: { en: 7 } }]', 'categories[0].name.en: 7 is not a name'],
    [
      'categories: [{ key: a, name: A }, { key: a, name: B }]',
      'categories[1].key: "a" is the key of categories[0] too; each category needs its own',
    ],
    [
      'categories: [{ key: a, name: A, children: [{ key: b, name: B }, { key: b, name: C }] }]',
      'categories[0].children[1].key: "b" is the key of categories[0].children[0] too',
    ],
    [
      'categories: [{ key: a, name: A, children: [{ key: b, name: B, children: [] }] }]',
      'categories[0].children[0].children: "children" is not known here',
    ],
  ])('of the desk is told: %s', (entry, problem) => {
    expect(problemsOf(`lines: [{ ${LINE} }]\n${entry}\n`)).toEqual([expect.stringContaining(`2  ${problem}`)]);
  });

  it('is told when it is not there', () => {
    expect(problemsOf('language: en\n')).toEqual([
      expect.stringContaining('1  lines: is missing; it must be a list of lines'),
    ]);
    expect(problemsOf('lines:\n  - name: IT\n')).toEqual([
      expect.stringContaining('2  lines[0].key: is missing; it must be a key'),
      expect.stringContaining('2  lines[0].channels: is missing; it must be a list of channels'),
    ]);
  });
});

describe('an unknown key', () => {
  it('is told at its line, with the nearest known one', () => {
    const problems = problemsOf(
      `lines:\n  - key: it\n    name: IT\n    channels: ["slack:C0A"]\n    escalateTo: it\n    colour: red\nlanguages: en\n`,
    );

    expect(problems).toEqual([
      '5  lines[0].escalateTo: "escalateTo" is not known here. Did you mean escalatesTo? ' +
        'Known: key, name, channels, agents, managers, escalatesTo, summary, language, keepWordsDays, similarTickets, articles',
      '6  lines[0].colour: "colour" is not known here. ' +
        'Known: key, name, channels, agents, managers, escalatesTo, summary, language, keepWordsDays, similarTickets, articles',
      '7  languages: "languages" is not known here. Did you mean language? ' +
        'Known: language, lines, categories, departments, organisations, knowledge, articles, closeAfterDays',
    ]);
  });
});

describe('lines', () => {
  const lines = (...entries: string[]): string =>
    `lines:\n${entries.map((entry) => `  - { name: X, channels: ["slack:C0A"], ${entry} }`).join('\n')}\n`;

  it('have keys of their own', () => {
    expect(problemsOf(lines('key: it', 'key: hr', 'key: it'))).toEqual([
      '4  lines[2].key: "it" is the key of lines[0] too; each line needs its own',
    ]);
  });

  it('escalate to a line that there is', () => {
    expect(problemsOf(lines('key: it', 'key: it-l2', 'key: hr, escalatesTo: it-l3'))).toEqual([
      '4  lines[2].escalatesTo: "it-l3" is not the key of a line; use one of it, it-l2',
    ]);
  });

  it('do not escalate in a circle', () => {
    const circle = lines(
      'key: a, escalatesTo: b',
      'key: b, escalatesTo: c',
      'key: c, escalatesTo: b',
      'key: d, escalatesTo: d',
    );

    expect(problemsOf(circle)).toEqual([
      '3  lines[1].escalatesTo: escalation goes in a circle (b → c → b); leave it out at the last of them',
      '5  lines[3].escalatesTo: escalation goes in a circle (d → d); leave it out at the last of them',
    ]);
  });

  it('are all checked together, in the order of the file', () => {
    const text = lines('key: A', 'key: b, escalatesTo: z', 'key: b, agents: nobody');

    expect(problemsOf(text).map((problem) => problem.split(':')[0])).toEqual([
      '2  lines[0].key',
      '3  lines[1].escalatesTo',
      '4  lines[2].key',
      '4  lines[2].agents',
    ]);
  });
});

describe('a line’s channels', () => {
  let cwd: string;
  const slack = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'helpdesk-desk-'));
  });

  afterEach(() => {
    rmSync(cwd, { recursive: true, force: true });
  });

  it('may be on a chat that is not set up, beside one that is', () => {
    writeFileSync(join(cwd, 'helpdesk.yaml'), SAMPLE);

    expect(readConfig(slack, cwd).desk?.lines).toHaveLength(2);
  });

  it('may not all be out of reach', () => {
    writeFileSync(join(cwd, 'helpdesk.yaml'), `lines:\n  - key: it\n    name: IT\n    channels: ["teams:19:a"]\n`);

    expect(() => readConfig(slack, cwd)).toThrow(
      'helpdesk.yaml:4  lines[0].channels: no ticket of this line could be shown: Teams is not set up (MICROSOFT_APP_ID); ' +
        'set it up, or add a channel of slack',
    );
  });

  it('are looked for in the file that was named, and knowledge beside it', () => {
    writeFileSync(join(cwd, 'other.yaml'), SAMPLE);

    expect(readConfig({ HELPDESK_CONFIG: join(cwd, 'other.yaml') }, '/').desk?.knowledge).toEqual([
      join(cwd, 'knowledge'),
    ]);
  });

  it('include its synonyms, each mistake in them with its line', () => {
    const desk = `lines: [{ ${LINE} }]\nknowledge: { synonyms: words.yaml }\n`;
    writeFileSync(join(cwd, 'helpdesk.yaml'), desk);
    const read = (): unknown => readConfig({}, cwd).desk?.synonyms;

    expect(read).toThrow(
      'helpdesk.yaml  knowledge.synonyms: words.yaml: there is no such file; write it, or leave this out',
    );
    for (const [text, problem] of [
      ['same: [[a, b]', 'words.yaml:1: is not YAML: '],
      ['same:\n  - [vpn]', 'words.yaml:2  same[0]: a list is not a list of words; such as [vpn, tunnel]'],
      ['same:\n  - [vpn, { a: b }]', 'words.yaml:2  same[0][1]: a mapping is not a word; put it in quotes if need be'],
      ['kind: { laserjet: printer }', 'words.yaml:1  kind.laserjet: "printer" is not a list of words'],
      ['kinds: {}', 'words.yaml:1  kinds: "kinds" is not known here. Did you mean kind? Known: same, kind'],
      ['- vpn', 'words.yaml:1: a list is not a mapping; with same, kind'],
    ]) {
      writeFileSync(join(cwd, 'words.yaml'), text!);
      expect(read).toThrow(problem);
    }
    for (const text of ['', '# nothing yet', 'same:\n', 'same: [[office, 365]]\nkind: { laserjet: [printer] }']) {
      writeFileSync(join(cwd, 'words.yaml'), text);
      expect(read()).toBe(join(cwd, 'words.yaml'));
    }
  });
});

describe('a file that is not a configuration', () => {
  it.each([
    ['', '1: nothing is not a mapping; with language, lines'],
    ['- it\n', '1: a list is not a mapping'],
    ['lines: [\n', '2: is not YAML: '],
    ['lines:\n\t- key: it\n', '2: is not YAML: '],
    ['language: en\nlanguage: pl\n', '2: is not YAML: '],
    ['lines: *lines\n', '1: is not YAML: '],
  ])('is told by line: %j', (text, problem) => {
    expect(problemsOf(text)[0]).toContain(problem);
  });
});
