/** The settings of the environment: one table that is parsed, documented and published as `.env.example`. */
import { z } from 'zod';
import type { ConfigProblem } from './config-problem';
import { shown } from './config-problem';
import type { DatabaseUrl } from './store/data-source';
import type { DatabaseTls } from './store/tls';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const APP_TYPES = ['SingleTenant', 'MultiTenant', 'UserAssignedMSI'] as const;

interface Setting<S extends z.ZodType, D extends string | null> {
  /** One sentence for the operator. */
  readonly meaning: string;
  /** As it would be written; null when there is none. */
  readonly default: D;
  readonly example: string;
  /** Whether the value must never be shown. */
  readonly secret: boolean;
  /** From the text of the environment to what the product uses. Its messages never quote the value. */
  readonly shape: S;
}

function setting<S extends z.ZodType, D extends string | null>(
  meaning: string,
  shape: S,
  rest: { default: D; example: string; secret?: boolean },
): Setting<S, D> {
  return { meaning, shape, secret: false, ...rest };
}

const matching = (pattern: RegExp, error: string) => z.string().regex(pattern, { error });

/** A GUID in any of its versions: Microsoft's ids do not keep to the version bits. */
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const guid = (what: string) => matching(GUID, `must be the ${what}, like 00000000-0000-0000-0000-000000000000`);

const webAddress = z.string().refine((text) => /^https?:$/.test(urlOf(text)?.protocol ?? ''), {
  error: 'must be a web address that begins with https:// or http://',
});

/** Words between commas. */
const listOf = (pattern: RegExp, error: string) =>
  z
    .string()
    .transform((text) => text.split(',').flatMap((word) => word.trim() || []))
    .refine((words) => words.length > 0 && words.every((word) => pattern.test(word)), { error });

const port = matching(/^\d{1,5}$/, 'must be a whole number from 0 to 65535')
  .transform(Number)
  .refine((number) => number <= 65_535, { error: 'must be a whole number from 0 to 65535' });

const databaseUrl = z.string().transform((text, context): DatabaseUrl => {
  const parsed = databaseUrlOf(text);
  if (typeof parsed !== 'string') return parsed;
  context.addIssue({ code: 'custom', message: parsed });
  return z.NEVER;
});

const smtpUrl = z.string().refine(
  (text) => {
    const url = urlOf(text);
    return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '';
  },
  { error: 'must look like smtp://user:password@mail.example.com:587 (or smtps:// for port 465)' },
);

export const SETTINGS = {
  PORT: setting('HTTP port; 0 takes any free one', port, { default: '3000', example: '3000' }),
  DATABASE_URL: setting(
    'Database: `sqlite:PATH`, `mysql://user:password@host:3306/name` or `mariadb://…`; with TLS by `?ssl-mode=VERIFY_IDENTITY`',
    databaseUrl,
    {
      default: 'sqlite:data/helpdesk.sqlite',
      example: 'mysql://helpdesk:password@localhost:3306/helpdesk',
      secret: true,
    },
  ),
  KNOWLEDGE_SNAPSHOT: setting(
    'File that keeps the search index between starts, or `off`; without it beside the SQLite file, and `off` on a server',
    z.string(),
    { default: null, example: 'data/knowledge.index' },
  ),
  HELPDESK_CONFIG: setting('Path of the configuration file', z.string(), {
    default: 'helpdesk.yaml',
    example: 'helpdesk.yaml',
  }),
  SLACK_BOT_TOKEN: setting(
    'Slack: the Bot User OAuth Token, from "OAuth & Permissions"',
    matching(
      /^xoxb-[\w-]+$/,
      'must begin with xoxb-; copy the Bot User OAuth Token from "OAuth & Permissions" of your Slack app',
    ),
    { default: null, example: 'xoxb-…', secret: true },
  ),
  SLACK_SIGNING_SECRET: setting(
    'Slack over HTTP: the Signing Secret, from "Basic Information"',
    matching(
      /^(?!x(ox|app))\S+$/,
      'must be the Signing Secret from "Basic Information" of your Slack app, not a token',
    ),
    { default: null, example: '0123456789abcdef0123456789abcdef', secret: true },
  ),
  SLACK_APP_TOKEN: setting(
    'Slack over Socket Mode, which needs no public address: an App-Level Token with `connections:write`',
    matching(
      /^xapp-[\w-]+$/,
      'must begin with xapp-; make an App-Level Token under "Basic Information" of your Slack app',
    ),
    { default: null, example: 'xapp-…', secret: true },
  ),
  SLACK_API_URL: setting(
    'Base of the Slack Web API',
    webAddress.transform((text) => (text.endsWith('/') ? text : `${text}/`)),
    { default: 'https://slack.com/api/', example: 'https://slack.com/api/' },
  ),
  MICROSOFT_APP_ID: setting('Teams: the Application (client) ID of the bot', guid('Application (client) ID'), {
    default: null,
    example: '00000000-0000-0000-0000-000000000000',
  }),
  MICROSOFT_APP_PASSWORD: setting(
    'Teams: the Value of a client secret of the bot',
    matching(/^\S+$/, 'must be the Value of a client secret, without spaces'),
    { default: null, example: 'the-client-secret', secret: true },
  ),
  MICROSOFT_APP_TENANT_ID: setting('Teams: the Directory (tenant) ID of the bot', guid('Directory (tenant) ID'), {
    default: null,
    example: '00000000-0000-0000-0000-000000000000',
  }),
  MICROSOFT_APP_TYPE: setting(
    `Teams: ${APP_TYPES.join(', ')}`,
    z.enum(APP_TYPES, { error: `must be one of ${APP_TYPES.join(', ')}` }),
    { default: 'SingleTenant', example: 'SingleTenant' },
  ),
  TEAMS_ALLOWED_TENANTS: setting(
    "Teams: ids of the tenants that may talk to the bot, with commas between; without it, the app's own tenant",
    listOf(GUID, 'must be tenant ids with commas between, each like 00000000-0000-0000-0000-000000000000'),
    { default: null, example: '00000000-0000-0000-0000-000000000000' },
  ),
  TEAMS_OPENID_METADATA_URL: setting('Teams: where the keys of inbound tokens are published', webAddress, {
    default: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
    example: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
  }),
  TEAMS_TOKEN_ISSUER: setting('Teams: who issues inbound tokens', matching(/^\S+$/, 'must be without spaces'), {
    default: 'https://api.botframework.com',
    example: 'https://api.botframework.us',
  }),
  TEAMS_SERVICE_HOSTS: setting(
    'Teams: hosts that the bot may call back, with commas between',
    listOf(/^[a-z0-9.-]+(:\d{1,5})?$/i, 'must be host names with commas between, without https:// and without paths'),
    { default: 'smba.trafficmanager.net', example: 'smba.infra.gcc.teams.microsoft.com' },
  ),
  SMTP_URL: setting('E-mail out: the mail server', smtpUrl, {
    default: null,
    example: 'smtp://user:password@mail.example.com:587',
    secret: true,
  }),
  MAIL_FROM: setting(
    'E-mail out: the sender',
    matching(
      /^(?:[^<>\r\n]*<[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/,
      'must be an e-mail address, such as IT Helpdesk <helpdesk@example.com>',
    ),
    { default: null, example: 'IT Helpdesk <helpdesk@example.com>' },
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(
    'Traces: the base of an OpenTelemetry collector that takes OTLP over HTTP; without it nothing is traced',
    webAddress,
    { default: null, example: 'http://localhost:4318' },
  ),
  OTEL_EXPORTER_OTLP_HEADERS: setting(
    'Traces: headers for the collector, `name=value` with commas between',
    z
      .string()
      .refine((text) => text.split(',').every((pair) => /^\s*[\w-]+\s*=\s*[^,\r\n]+$/.test(pair)), {
        error: 'must be name=value, with commas between several',
      })
      .transform(headersOf),
    { default: null, example: 'authorization=Bearer%20…', secret: true },
  ),
  OTEL_SERVICE_NAME: setting('Traces: the name of this service', matching(/^\S+$/, 'must be without spaces'), {
    default: 'helpdesk',
    example: 'helpdesk',
  }),
  INTERACTIONS_PER_MINUTE: setting(
    'How many messages, clicks and forms of one person each process takes in a minute; 0 for no limit',
    matching(/^\d{1,6}$/, 'must be a whole number, 0 for no limit').transform(Number),
    { default: '300', example: '300' },
  ),
  METRICS_TOKEN: setting(
    'Who may read `/metrics`: whoever sends `Authorization: Bearer` with this; without it, whoever reaches the port',
    matching(
      /^[\w.~+/=-]{16,}$/,
      'must have at least 16 letters, digits or . _ ~ + / = -, as of "openssl rand -hex 32"',
    ),
    { default: null, example: 'of-openssl-rand-hex-32', secret: true },
  ),
  LOG_LEVEL: setting(LOG_LEVELS.join(', '), z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }), {
    default: 'info',
    example: 'debug',
  }),
};

export type SettingName = keyof typeof SETTINGS;

type ValueOf<T> = T extends Setting<infer S, infer D> ? z.output<S> | (D extends string ? never : null) : never;

/** The settings as the product uses them; null for what is not set and has no default. */
export type Settings = { readonly [N in SettingName]: ValueOf<(typeof SETTINGS)[N]> };

export interface ReadSettings {
  /** What could be read; the rest is among the problems. */
  readonly values: Partial<Settings>;
  /** The settings that are set, well or badly. An empty one is not set. */
  readonly given: ReadonlySet<SettingName>;
  readonly problems: readonly ConfigProblem[];
}

/** Reads every setting from the texts of an environment. */
export function readSettings(env: NodeJS.ProcessEnv): ReadSettings {
  const values: Record<string, unknown> = {};
  const given = new Set<SettingName>();
  const problems: ConfigProblem[] = [];
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const { shape, secret, ...setting } = SETTINGS[name];
    const typed = env[name]?.trim() ?? '';
    if (typed !== '') given.add(name);
    const text = typed === '' ? setting.default : typed;
    if (text === null) {
      values[name] = null;
      continue;
    }
    const parsed = shape.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else problems.push({ place: name, reason: `${messageOf(parsed.error)}${secret ? '' : `, not ${shown(text)}`}` });
  }
  return { values: values, given, problems };
}

function messageOf(error: z.ZodError): string {
  return error.issues[0]?.message ?? 'is not right';
}

/** As OpenTelemetry writes them: percent-encoded. */
function headersOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name.trim(), decoded(value.join('=').trim())];
    }),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The database an address names, or what is wrong with it. */
function databaseUrlOf(text: string): DatabaseUrl | string {
  if (text === 'sqlite::memory:') return { kind: 'sqlite-memory' };
  if (text.startsWith('sqlite://')) return 'must have the path right after sqlite:, as in sqlite:data/helpdesk.sqlite';
  if (text.startsWith('sqlite:')) {
    const path = text.slice('sqlite:'.length);
    return path === '' ? 'must name a file, as in sqlite:data/helpdesk.sqlite' : { kind: 'sqlite', path };
  }
  const kind = /^(mysql|mariadb):\/\//.exec(text)?.[1] as 'mysql' | 'mariadb' | undefined;
  if (kind === undefined) return 'must begin with sqlite:, mysql:// or mariadb://';
  const url = urlOf(text);
  if (url === null || url.hostname === '' || url.hash !== '') {
    return `must look like ${kind}://user:password@host:3306/name, special characters of the password written as %40 and the like`;
  }
  return serverUrlOf(kind, url);
}

function serverUrlOf(kind: 'mysql' | 'mariadb', url: URL): DatabaseUrl | string {
  const tls = tlsOf(url.searchParams);
  if (typeof tls === 'string') return tls;
  try {
    const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent);
    if (!user) return `must name a user, as in ${kind}://user:password@host:3306/name`;
    if (!database || database.includes('/')) {
      return `must end with the name of a database, as in ${kind}://user:password@host:3306/name`;
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const encrypted = tls === null ? {} : { tls };
    return { kind, host, port: Number(url.port || 3306), user, password: password ?? '', database, ...encrypted };
  } catch {
    return 'has a % that begins no character; a % in the password is written %25';
  }
}

const TLS_FILES = ['ca', 'cert', 'key'] as const;

/** TLS by the options that MySQL's own addresses have; null for none, or what is wrong with them. */
function tlsOf(options: URLSearchParams): DatabaseTls | null | string {
  const unknown = [...options.keys()].find(
    (name) => name !== 'ssl-mode' && !TLS_FILES.some((file) => name === `ssl-${file}`),
  );
  if (unknown !== undefined)
    return 'takes no options but ssl-mode, ssl-ca, ssl-cert and ssl-key after a question mark (a ? in the password is written %3F)';
  if (options.size === 0) return null;
  const mode = (options.get('ssl-mode') ?? 'verify-identity').toLowerCase().replace('_', '-');
  if (mode === 'disabled' && options.size === 1) return null;
  if (!isTlsMode(mode)) return 'must have an ssl-mode of DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY';
  if (options.has('ssl-cert') !== options.has('ssl-key')) return 'must have both of ssl-cert and ssl-key, or neither';
  const files = TLS_FILES.flatMap((file) => {
    const path = options.get(`ssl-${file}`);
    return path === null ? [] : [[file, path] as const];
  });
  return { mode, ...Object.fromEntries(files) };
}

function isTlsMode(mode: string): mode is DatabaseTls['mode'] {
  return ['required', 'verify-ca', 'verify-identity'].includes(mode);
}

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
