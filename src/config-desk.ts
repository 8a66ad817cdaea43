/** `helpdesk.yaml`: its text with all its rules, to the desk it describes. What it may look like stands in `config-shape.ts`. */
import { dirname, resolve } from 'node:path';
import type { ConfigProblem } from './config-problem';
import { configError, shown } from './config-problem';
import type { DeskFile } from './config-shape';
import { DESK_FILE, weekdaysOf } from './config-shape';
import { checkYaml, written } from './config-yaml';
import type { Finding, Path } from './config-yaml';
import type { Group } from './domain/audience';
import type { Category } from './domain/category';
import { DEFAULT_CATEGORIES } from './domain/category';
import type { Language } from './domain/person';
import { platformOf } from './domain/person';
import type { SupportLine } from './domain/support-line';

export interface DeskConfig {
  /** For a person whose chat does not say theirs. */
  readonly language: Language;
  /** At least one; the first takes new requests. */
  readonly lines: readonly SupportLine[];
  readonly categories: readonly Category[];
  /** Departments and organisations. */
  readonly groups: readonly Group[];
  /** Absolute paths of files and folders of articles. */
  readonly knowledge: readonly string[];
  /** Absolute path of the file of the desk's own synonyms; null for none. */
  readonly synonyms: string | null;
  /** Whether the search learns from use. */
  readonly learning: boolean;
  /** How long a resolved ticket can be reopened before it closes. */
  readonly closeAfterDays: number;
  readonly articles: ArticleRules;
}

/** How articles are written in a chat. */
interface ArticleRules {
  /** Keys of the lines whose agents publish nothing before a second one has approved it. */
  readonly reviewed: readonly string[];
  /** After so many days without a change or a look an article is listed. */
  readonly staleAfterDays: number;
}

interface Source {
  /** As the operator wrote it: what messages call the file. */
  readonly name: string;
  /** Absolute; paths in the file are relative to its folder. */
  readonly path: string;
  /** The platforms that are set up; null to not mind. */
  readonly chats: ReadonlySet<string> | null;
}

/**
 * The desk of a configuration file.
 * @param path of the file: in messages as it is; paths in the file are relative to its folder.
 * @throws ConfigError that names every problem with its line.
 */
export function readDesk(path: string, text: string): DeskConfig {
  const { desk, problems } = checkDesk(text, { name: path, path: resolve(path), chats: null });
  if (desk === null) throw configError(problems);
  return desk;
}

/** The desk of a file's text; null when there are problems. */
export function checkDesk(
  text: string,
  { name, path, chats }: Source,
): { desk: DeskConfig | null; problems: ConfigProblem[] } {
  const { data, problems } = checkYaml(text, name, DESK_FILE, (raw) => crossCheck(raw, chats));
  return { desk: data === null ? null : freeze(deskOf(data, dirname(path))), problems };
}

/** What no shape can say: how parts of the file fit together. Takes a file of any shape, so that all problems are told at once. */
function crossCheck(raw: unknown, chats: ReadonlySet<string> | null): Finding[] {
  const { lines, categories, departments, organisations } = fields(raw);
  return [
    ...repeated(lines, ['lines'], 'each line needs its own'),
    ...repeated(departments, ['departments'], 'each department needs its own'),
    ...repeated(organisations, ['organisations'], 'each organisation needs its own'),
    ...empty(departments, 'departments', ['members', 'emailDomains']),
    ...empty(organisations, 'organisations', ['members', 'emailDomains', 'slackTeams', 'teamsTenants']),
    ...repeated(categories, ['categories'], 'each category needs its own'),
    ...list(categories).flatMap((category, index) =>
      repeated(fields(category).children, ['categories', index, 'children'], 'each needs its own within its category'),
    ),
    ...escalations(lines),
    ...list(lines).flatMap((line, index) => channels(fields(line).channels, ['lines', index, 'channels'], chats)),
  ];
}

function repeated(raw: unknown, path: Path, mend: string): Finding[] {
  const keys = list(raw).map((each) => fields(each).key);
  return keys.flatMap((key, index) => {
    const first = keys.indexOf(key);
    if (typeof key !== 'string' || first === index) return [];
    return [
      {
        path: [...path, index, 'key'],
        reason: `${shown(key)} is the key of ${written([...path, first])} too; ${mend}`,
      },
    ];
  });
}

/** A group that nobody can belong to. A way that is no list is told by the shape. */
function empty(raw: unknown, name: string, ways: readonly string[]): Finding[] {
  return list(raw).flatMap((group, index) => {
    const isEmpty = ways.every((way) => {
      const written = fields(group)[way] ?? [];
      return Array.isArray(written) && written.length === 0;
    });
    const reason = `nobody belongs to it; write at least one of ${ways.join(', ')}`;
    return isEmpty ? [{ path: [name, index], reason }] : [];
  });
}

function escalations(raw: unknown): Finding[] {
  const lines = list(raw).map(fields);
  const keys = lines.flatMap(({ key }) => (typeof key === 'string' ? [key] : []));
  const next = new Map(lines.map(({ key, escalatesTo }) => [key, escalatesTo]));
  return lines.flatMap(({ key, escalatesTo }, index) => {
    if (typeof escalatesTo !== 'string') return [];
    const path = ['lines', index, 'escalatesTo'];
    if (!keys.includes(escalatesTo)) {
      const others = keys.filter((other) => other !== key);
      const mend = others.length === 0 ? 'leave it out' : `use one of ${others.join(', ')}`;
      return [{ path, reason: `${shown(escalatesTo)} is not the key of a line; ${mend}` }];
    }
    const route = routeFrom(key, next);
    // Every line of a circle would tell it; the first one does.
    if (route === null || route.some((step) => lines.findIndex((line) => line.key === step) < index)) return [];
    return [
      {
        path,
        reason: `escalation goes in a circle (${[...route, key].join(' → ')}); leave it out at the last of them`,
      },
    ];
  });
}

/** The lines from this one round to itself; null when escalation ends, or goes round without it. */
function routeFrom(start: unknown, next: ReadonlyMap<unknown, unknown>): unknown[] | null {
  const route = [start];
  for (let step = next.get(start); step !== undefined; step = next.get(step)) {
    if (step === start) return route;
    if (route.includes(step)) return null;
    route.push(step);
  }
  return null;
}

function channels(raw: unknown, path: Path, chats: ReadonlySet<string> | null): Finding[] {
  const places = list(raw);
  const twice = places.flatMap((place, index) =>
    places.indexOf(place) === index
      ? []
      : [{ path: [...path, index], reason: `${shown(place)} is listed twice; leave one out` }],
  );
  const platforms = places.flatMap((place) => (typeof place === 'string' ? [platformOf(place)] : []));
  const known = platforms.length > 0 && platforms.every((platform) => platform === 'slack' || platform === 'teams');
  if (chats === null || !known || platforms.some((platform) => chats.has(platform))) return twice;
  const missing =
    platforms[0] === 'slack' ? 'Slack is not set up (SLACK_BOT_TOKEN)' : 'Teams is not set up (MICROSOFT_APP_ID)';
  const reason = `no ticket of this line could be shown: ${missing}; set it up, or add a channel of ${[...chats].join(' or ')}`;
  return [...twice, { path, reason }];
}

function deskOf(file: DeskFile, folder: string): DeskConfig {
  const knowledge = Array.isArray(file.knowledge)
    ? { paths: file.knowledge, learning: 'on', synonyms: undefined }
    : file.knowledge;
  return {
    language: file.language,
    lines: file.lines.map((line): SupportLine => ({
      key: line.key,
      name: line.name,
      channels: line.channels,
      agents: line.agents,
      managers: line.managers,
      escalatesTo: line.escalatesTo ?? null,
      summary: line.summary === undefined ? null : { ...line.summary, days: weekdaysOf(line.summary.days) },
      language: line.language ?? file.language,
      ...(line.keepWordsDays === undefined ? {} : { keepWordsDays: line.keepWordsDays }),
      similarTickets: line.similarTickets,
    })),
    categories: file.categories?.map(categoryOf) ?? DEFAULT_CATEGORIES,
    groups: [...file.departments.map(departmentOf), ...file.organisations.map(organisationOf)],
    knowledge: knowledge.paths.map((path) => resolve(folder, path)),
    synonyms: knowledge.synonyms === undefined ? null : resolve(folder, knowledge.synonyms),
    learning: knowledge.learning === 'on',
    closeAfterDays: file.closeAfterDays,
    articles: {
      reviewed: file.lines
        .filter((line) => line.articles?.review ?? file.articles?.review ?? false)
        .map(({ key }) => key),
      staleAfterDays: file.articles?.staleAfterDays ?? 180,
    },
  };
}

function departmentOf({ key, name, members, emailDomains }: DeskFile['departments'][number]): Group {
  return { kind: 'department', key, name, members, emailDomains: emailDomains.map(lower), homes: [] };
}

function organisationOf({ slackTeams, teamsTenants, ...group }: DeskFile['organisations'][number]): Group {
  const homes = [...slackTeams.map((id) => `slack:${id}`), ...teamsTenants.map((id) => `teams:${lower(id)}`)];
  return { ...group, kind: 'organisation', emailDomains: group.emailDomains.map(lower), homes };
}

const lower = (text: string): string => text.toLowerCase();

type CategoryEntry = Omit<NonNullable<DeskFile['categories']>[number], 'children'> & {
  readonly children?: readonly CategoryEntry[] | undefined;
};

/** A name in one language is the name in the other too. */
function categoryOf({ key, name, children = [] }: CategoryEntry): Category {
  const { en, pl } = typeof name === 'string' ? { en: name, pl: name } : name;
  return { key, name: { en: en ?? pl ?? key, pl: pl ?? en ?? key }, children: children.map(categoryOf) };
}

function fields(raw: unknown): Record<string, unknown> {
  return typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
}

function list(raw: unknown): unknown[] {
  return Array.isArray(raw) ? raw : [];
}

/** Freezes a value with everything in it. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
