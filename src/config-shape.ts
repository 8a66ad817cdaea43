/** What `helpdesk.yaml` may look like: checked when it is read, published as a JSON Schema, listed in the documentation. */
import { z } from 'zod';
import { didYouMean, shown } from './config-problem';
import { LANGUAGES } from './domain/person';
import { SIMILAR_TICKETS_FOR } from './domain/support-line';

/** Says of a value that is missing or wrong what it must be, and how to write it. */
function must(what: string, mend: string) {
  const error = ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? `is missing; it must be ${what}, ${mend}` : `${shown(input)} is not ${what}; ${mend}`;
  return { error };
}

/** A mapping that allows no other keys. For an unknown key its message is the list of the known ones; `findingsOf` makes the sentence. */
function mapping<T extends z.core.$ZodLooseShape>(what: string, shape: T) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code, input }) => {
      if (code === 'unrecognized_keys') return known;
      return must(what, `with ${known}`).error({ input });
    },
  });
}

function text(pattern: RegExp, what: string, mend: string) {
  return z.string(must(what, mend)).regex(pattern, must(what, mend));
}

function listOf<T extends z.ZodType>(item: T, what: string, mend: string) {
  return z.array(item, must(what, mend));
}

/** The longest word MySQL keeps for a line, and together with a second one for a category. */
const KEY = /^[a-z0-9-]{1,32}$/;
const key = () => text(KEY, 'a key', 'use 1 to 32 of a-z, 0-9 and -');

/** Slack shows 75 characters of an option; a few are left for what stands around a name. */
const NAME = /^\S(.{0,58}\S)?$/u;
const name = () => text(NAME, 'a name', 'write up to 60 characters on one line, in quotes if need be');

const language = () => z.enum(LANGUAGES, must('a language of the helpdesk', `use one of ${LANGUAGES.join(', ')}`));

const channel = text(
  /^(?:slack:[CG][A-Z0-9]{2,}|teams:[^\s%]+)$/,
  'the address of a channel',
  'write slack: and the channel id (at the foot of the channel details in Slack), such as "slack:C0123ABCD", or teams: and the id in the link to the channel, with : for %3A and @ for %40',
);
const agent = text(
  /^(?:slack:[UW][A-Z0-9]{2,}|teams:[^\s%]+)$/,
  'the address of a person',
  'write slack: and the member id (in the profile, "Copy member ID"), such as "slack:U0123ABCD", or teams: and the user id',
);
const manager = text(
  /^(?:slack:[UWCG][A-Z0-9]{2,}|teams:[^\s%]+|mailto:[^\s@]+@[^\s@]+)$/,
  'an address',
  'write "slack:U0123ABCD" for a person, "slack:C0123ABCD" for a channel, "teams:…" (with : for %3A and @ for %40) or "mailto:boss@example.com"',
);

const DAY_NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY = DAY_NAMES.join('|');
const DAYS = new RegExp(`^(?:daily|(?:${DAY})(?:-(?:${DAY}))?(?:,(?:${DAY})(?:-(?:${DAY}))?)*)$`);

/** ISO weekdays of `daily`, `mon-fri`, `mon,wed,fri` or `sun-thu`, in order. */
export function weekdaysOf(days: string): number[] {
  const parts = (days === 'daily' ? 'mon-sun' : days)
    .split(',')
    .map((part) => part.split('-').map((day) => DAY_NAMES.indexOf(day)));
  const picked = parts.flatMap(([from = 0, to = from]) =>
    Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, offset) => ((from + offset) % 7) + 1),
  );
  return [...new Set(picked)].sort((a, b) => a - b);
}

function isTimezone(zone: string): boolean {
  try {
    // Offsets such as +01:00 are known to Intl as well, but they miss the change to summer time.
    return (
      /^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false;
  }
}

const timezone = z.string(must('a time zone', 'use an IANA name such as Europe/Warsaw')).refine(isTimezone, {
  error: ({ input }) =>
    `${shown(input)} is not a time zone; use an IANA name such as Europe/Warsaw.${didYouMean(String(input), Intl.supportedValuesOf('timeZone'))}`,
});

const summary = mapping('a schedule', {
  at: text(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time of day', 'write HH:MM in quotes, such as "09:00"').describe(
    'Local time of the daily summary, `HH:MM`',
  ),
  days: text(DAYS, 'a set of days', 'write mon-fri, daily, or names with commas between, such as mon,wed,fri')
    .default('mon-fri')
    .describe('Days of the summary: `mon-fri`, `daily`, or a list such as `mon,wed,fri`'),
  timezone: timezone.describe('IANA time zone of the summary, such as `Europe/Warsaw`'),
});

const REVIEW = must('yes or no', 'write true or false');
const DAYS_STALE = must('a number of days', 'write a whole number from 1 to 3650');

const CHOICE = must('a way to name agents', 'write channel-members, or a list such as ["slack:U0123ABCD"]');

const DAYS_KEPT = must('a number of days', 'write a whole number from 1 to 36500');

const line = mapping('a line of support', {
  key: key().describe('Short name of the line, kept in every ticket: never change it'),
  name: name().describe('Name of the line as people read it'),
  channels: listOf(channel, 'a list of channels', 'such as ["slack:C0123ABCD"]')
    .min(1, must('a list of channels', 'a line needs at least one, such as ["slack:C0123ABCD"]'))
    .describe('Support channels, `slack:C…` or `teams:…`; each shows every ticket of the line'),
  agents: z
    .union([z.literal('channel-members', CHOICE), z.array(agent, CHOICE).min(1, CHOICE)], CHOICE)
    .default('channel-members')
    .describe('Who may work on tickets: `channel-members`, or a list of `slack:U…` and `teams:…`'),
  managers: listOf(manager, 'a list of addresses', 'such as ["slack:U0123ABCD", "mailto:boss@example.com"]')
    .default([])
    .describe('Who gets the summary: `slack:U…`, `slack:C…`, `teams:…` or `mailto:…`'),
  escalatesTo: z
    .string(must('the key of a line', 'write the key of another line'))
    .optional()
    .describe('Key of the line that gets escalated tickets'),
  summary: summary.optional().describe('When the daily summary goes to the managers; without it, none does'),
  language: language().optional().describe('Language of the cards in the channels of the line; else that of the file'),
  keepWordsDays: z
    .int(DAYS_KEPT)
    .min(1, DAYS_KEPT)
    .max(36_500, DAYS_KEPT)
    .optional()
    .describe('Days after closing until what was written in a ticket is erased; without it, never'),
  similarTickets: z
    .enum(SIMILAR_TICKETS_FOR, must('one of those who may see them', `use ${SIMILAR_TICKETS_FOR.join(', ')}`))
    .default('agents')
    .describe(
      'Who is shown how tickets of the line were resolved: its own agents (`line`), also those of the lines it escalates to or gets tickets from (`agents`), or also requesters, who see the resolution only',
    ),
  articles: mapping('rules for articles', {
    review: z.boolean(REVIEW).optional().describe('The same as `articles.review`, for the agents of this line'),
  })
    .optional()
    .describe('How the agents of the line write articles; else as `articles` says'),
});

const emailDomains = listOf(
  text(/^(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}$/i, 'a domain', 'write what stands after the @, such as example.com'),
  'a list of domains',
  'such as [example.com]',
)
  .default([])
  .describe('Domains of the e-mail addresses that a chat vouches for; never those of guests');

const members = listOf(manager, 'a list of addresses', 'such as ["slack:C0123ABCD", "mailto:ewa@example.com"]')
  .default([])
  .describe('Who belongs to it: people (`slack:U…`, `teams:…`, `mailto:…`), and channels whose members do');

const department = mapping('a department', {
  key: key().describe('Short name of the department, as in `audience: department:KEY`'),
  name: name().describe('Name as people read it'),
  members,
  emailDomains,
});

const organisation = mapping('an organisation', {
  key: key().describe('Short name of the organisation, as in `audience: organisation:KEY`'),
  name: name().describe('Name as people read it'),
  members,
  emailDomains,
  slackTeams: listOf(
    text(/^[TE][A-Z0-9]{2,}$/, 'the id of a workspace', 'write the T… of a workspace or the E… of an Enterprise Grid'),
    'a list of workspaces',
    'such as [T0123ABCD]',
  )
    .default([])
    .describe('Slack workspaces (`T…`) and Enterprise Grids (`E…`) whose people belong to it'),
  teamsTenants: listOf(
    text(
      /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      'the id of a tenant',
      'write the tenant id from Microsoft Entra',
    ),
    'a list of tenants',
    'such as [11111111-2222-3333-4444-555555555555]',
  )
    .default([])
    .describe('Microsoft Entra tenants whose people belong to it'),
});

const CATEGORY_NAME = must('a name', 'write a text, or one for each language: { en: Hardware, pl: Sprzęt }');

const categoryName = z.union(
  [
    name(),
    mapping('a name', { en: name().optional(), pl: name().optional() })
      .refine(({ en, pl }) => en !== undefined || pl !== undefined, {
        ...CATEGORY_NAME,
        when: ({ issues }) => issues.length === 0,
      })
      .meta({ minProperties: 1 }),
  ],
  CATEGORY_NAME,
);

const subcategory = {
  key: key().describe('Short name of the category, kept in every ticket'),
  name: categoryName.describe('Name as people read it: one text, or one for each language `{ en: …, pl: … }`'),
};

/** Slack shows at most 100 options in a menu, the category itself among them. */
const MOST_CHILDREN = 50;
/** Slack shows at most 100 groups in a menu. */
const MOST_CATEGORIES = 50;

const category = mapping('a category', {
  ...subcategory,
  children: listOf(mapping('a category', subcategory), 'a list of categories', 'each with key and name')
    .max(MOST_CHILDREN, must('a short list', `write at most ${MOST_CHILDREN}`))
    .optional()
    .describe('Categories below it'),
});

const PATHS = must('a list of paths', 'such as ["knowledge/"]');
const paths = () => z.array(text(/\S/, 'a path', 'write the path of a file or folder'), PATHS);

const knowledge = mapping('a mapping', {
  paths: paths().default([]).describe('The same files and folders'),
  synonyms: text(/\S/, 'a path', 'write the path of a file such as "synonyms.yaml"')
    .optional()
    .describe(
      'A file of your own words that mean the same, besides those that come with the helpdesk; relative to this file',
    ),
  learning: z
    .enum(['on', 'off'], must('a choice', 'write on or off'))
    .default('on')
    .describe('Whether the search learns from what people asked and what helped them: `on` or `off`'),
});

const DAYS_OPEN = must('a number of days', 'write a whole number from 1 to 365');

export const DESK_FILE = mapping('a mapping', {
  language: language().default('en').describe("Language of the helpdesk; a person's own chat language wins"),
  lines: listOf(line, 'a list of lines', 'each with key, name and channels')
    .min(1, must('a list of lines', 'a helpdesk needs at least one, with key, name and channels'))
    .describe('Lines of support; the first takes new requests'),
  categories: listOf(category, 'a list of categories', 'each with key and name')
    .min(1, must('a list of categories', 'write at least one, or leave it out'))
    .max(MOST_CATEGORIES, must('a short list', `write at most ${MOST_CATEGORIES}`))
    .optional()
    .describe('What tickets can be about, on two levels; without it, a set for a common IT department'),
  departments: listOf(department, 'a list of departments', 'each with key, name and members or emailDomains')
    .default([])
    .describe('Departments that articles can be for'),
  organisations: listOf(organisation, 'a list of organisations', 'each with key, name and who belongs to it')
    .default([])
    .describe('Customer organisations that articles can be for'),
  knowledge: z
    .union([paths(), knowledge], PATHS)
    .default([])
    .describe('Files and folders of articles, imported at start; relative to this file. Or a mapping, as follows'),
  articles: mapping('rules for articles', {
    review: z
      .boolean(REVIEW)
      .default(false)
      .describe('Whether what an agent writes must be approved by a second agent before it is published'),
    staleAfterDays: z
      .int(DAYS_STALE)
      .min(1, DAYS_STALE)
      .max(3650, DAYS_STALE)
      .default(180)
      .describe('Days without a change or a look after which `/helpdesk articles` lists an article'),
  })
    .optional()
    .describe('How agents write articles'),
  closeAfterDays: z
    .int(DAYS_OPEN)
    .min(1, DAYS_OPEN)
    .max(365, DAYS_OPEN)
    .default(5)
    .describe('Days after which a resolved ticket is closed'),
}).meta({ title: 'helpdesk.yaml', description: 'Configuration of chat-helpdesk' });

export type DeskFile = z.output<typeof DESK_FILE>;

const WORDS = must('a list of words', 'such as [vpn, tunnel]');
const words = (least: number) =>
  z.array(z.union([z.string(), z.number()], must('a word', 'put it in quotes if need be')), WORDS).min(least, WORDS);

/** What a file of synonyms may look like; one without anything is fine. */
export const SYNONYM_FILE = mapping('a mapping', {
  same: listOf(words(2), 'a list of lists', 'such as [[vpn, tunnel]]').nullish(),
  kind: z.record(z.string(), words(1), must('a mapping', 'such as { laserjet: [printer] }')).nullish(),
}).nullable();
