/**
 * What the operator decided: the environment (with `.env`) and `helpdesk.yaml`, checked as a whole and frozen. The only
 * reader of either; everything else is handed a Config, or the process ends with one message that names every problem.
 */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parse } from 'dotenv';
import type { DeskConfig } from './config-desk';
import { checkDesk, freeze } from './config-desk';
import type { ConfigProblem } from './config-problem';
import { configError, didYouMean, shown } from './config-problem';
import { unsafe } from './config-safety';
import type { LOG_LEVELS, ReadSettings, SettingName, Settings } from './config-settings';
import { readSettings, SETTINGS } from './config-settings';
import { SYNONYM_FILE } from './config-shape';
import { checkYaml } from './config-yaml';
import type { DatabaseUrl } from './store/data-source';

export type { DeskConfig } from './config-desk';
export { readDesk } from './config-desk';
export { ConfigError } from './config-problem';

export interface Config {
  /** 0 takes any free port. */
  readonly port: number;
  readonly databaseUrl: DatabaseUrl;
  /** The file that the search index is kept in between starts; null for none. */
  readonly knowledgeSnapshot: string | null;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** How many interactions of one person are taken in a minute; absent or 0 for no limit. */
  readonly interactionsPerMinute?: number;
  /** What `/metrics` asks for; absent or null for nothing. */
  readonly metricsToken?: string | null;
  /** Null when Slack is not set up; without Slack and Teams the sandbox runs. */
  readonly slack: SlackSettings | null;
  readonly teams: TeamsSettings | null;
  readonly mail: MailSettings | null;
  /** Absent or null when nothing is traced. */
  readonly tracing?: TracingSettings | null;
  /** Null when there is no configuration file, which only the sandbox can do without. */
  readonly desk: DeskConfig | null;
}

/** At least one of `signingSecret` (HTTP) and `appToken` (Socket Mode) is there. */
interface SlackSettings {
  readonly botToken: string;
  readonly signingSecret: string | null;
  readonly appToken: string | null;
  /** Ends with a slash. */
  readonly apiUrl: string;
}

interface TeamsSettings {
  readonly appId: string;
  /** Null for a managed identity. */
  readonly appPassword: string | null;
  /** Null only for MultiTenant. */
  readonly tenantId: string | null;
  readonly appType: Settings['MICROSOFT_APP_TYPE'];
  /** In lower case, at least one. */
  readonly allowedTenants: readonly string[];
  readonly openIdMetadataUrl: string;
  readonly tokenIssuer: string;
  /** Host names in lower case, with the port where it is not the usual one. */
  readonly serviceHosts: readonly string[];
}

interface TracingSettings {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
}

interface MailSettings {
  readonly smtpUrl: string;
  readonly from: string;
}

const SLACK: readonly SettingName[] = ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN'];
const TEAMS: readonly SettingName[] = ['MICROSOFT_APP_ID', 'MICROSOFT_APP_PASSWORD', 'MICROSOFT_APP_TENANT_ID'];
const MAIL: readonly SettingName[] = ['SMTP_URL', 'MAIL_FROM'];

/**
 * Reads the configuration.
 * @param env the real environment, which wins over `.env`.
 * @param cwd where `.env` is, and what relative paths of the environment are relative to.
 * @throws ConfigError that names every problem of environment and file.
 */
export function readConfig(env: NodeJS.ProcessEnv, cwd: string): Config {
  const problems: ConfigProblem[] = [];
  const texts = { ...readEnvFile(cwd, problems), ...env };
  const read = readSettings(texts);
  problems.push(...read.problems, ...gaps(read), ...unsafe(read, texts));
  const desk = readDeskFile(read, cwd, problems);
  if (problems.length > 0) throw configError(problems);
  // Without problems every setting was read.
  const values = read.values as Settings;
  return freeze({
    port: values.PORT,
    databaseUrl: inFolder(values.DATABASE_URL, cwd),
    knowledgeSnapshot: snapshotOf(values, cwd),
    logLevel: values.LOG_LEVEL,
    interactionsPerMinute: values.INTERACTIONS_PER_MINUTE,
    metricsToken: values.METRICS_TOKEN,
    slack: slackOf(values),
    teams: teamsOf(values),
    mail:
      values.SMTP_URL === null || values.MAIL_FROM === null
        ? null
        : { smtpUrl: values.SMTP_URL, from: values.MAIL_FROM },
    tracing: tracingOf(values),
    desk,
  });
}

/**
 * One setting by itself, for what needs no more than that.
 * @returns null when it is not set and has no default. @throws ConfigError when it or `.env` cannot be used
 */
export function readSetting<N extends SettingName>(name: N, env: NodeJS.ProcessEnv, cwd: string): Settings[N] {
  const problems: ConfigProblem[] = [];
  const read = readSettings({ ...readEnvFile(cwd, problems), ...env });
  problems.push(...read.problems.filter(({ place }) => place === name));
  if (problems.length > 0) throw configError(problems);
  return (read.values as Settings)[name];
}

function readEnvFile(cwd: string, problems: ConfigProblem[]): Record<string, string> {
  try {
    const texts = parse(textIn(resolve(cwd, '.env')));
    problems.push(...Object.keys(texts).flatMap(slip));
    return texts;
  } catch (error) {
    if (!isMissing(error)) problems.push({ place: '.env', reason: unreadable(error, 'let this user read it') });
    return {};
  }
}

/** A name that is all but a setting's, which would be passed over in silence. Other programs have names of their own there. */
function slip(name: string): ConfigProblem[] {
  const known = Object.keys(SETTINGS);
  const meant = known.includes(name) ? '' : didYouMean(name, known, Math.min(2, name.length / 4));
  if (meant === '') return [];
  return [{ place: '.env', reason: `${shown(name)} is not a setting.${meant} Mend the name, or take the line out` }];
}

/** @throws Error also when it is not UTF-8: letters would be lost in silence, or every line */
function textIn(path: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function unreadable(error: unknown, mend: string): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'is not UTF-8; save it as UTF-8';
  return `cannot be read (${code}); ${mend}`;
}

function readDeskFile(read: ReadSettings, cwd: string, problems: ConfigProblem[]): DeskConfig | null {
  const chats = chatsOf(read);
  const name = read.values.HELPDESK_CONFIG ?? '';
  const path = resolve(cwd, name);
  let text: string;
  try {
    text = textIn(path);
  } catch (error) {
    if (!isMissing(error))
      problems.push({ place: name, reason: unreadable(error, 'it must be a file this user may read') });
    else if (chats.size > 0 || read.given.has('HELPDESK_CONFIG')) {
      problems.push({
        place: name,
        reason: 'there is no such file; copy helpdesk.example.yaml there and put in your channels',
      });
    }
    return null;
  }
  // Without a chat the sandbox stands in for one: nothing is out of its reach.
  const checked = checkDesk(text, { name, path, chats: chats.size > 0 ? chats : null });
  problems.push(...checked.problems, ...synonymProblems(checked.desk?.synonyms ?? null, name, cwd));
  return checked.desk;
}

/** @param file absolute @param desk the file that names it */
function synonymProblems(file: string | null, desk: string, cwd: string): ConfigProblem[] {
  if (file === null) return [];
  try {
    return checkYaml(textIn(file), relative(cwd, file), SYNONYM_FILE).problems;
  } catch (error) {
    const reason = isMissing(error)
      ? 'there is no such file; write it, or leave this out'
      : unreadable(error, 'let this user read it');
    return [{ place: `${desk}  knowledge.synonyms`, reason: `${relative(cwd, file)}: ${reason}` }];
  }
}

/** The platforms the operator has set up, or tried to. */
function chatsOf({ given }: ReadSettings): Set<string> {
  return new Set([
    ...(SLACK.some((name) => given.has(name)) ? ['slack'] : []),
    ...(TEAMS.some((name) => given.has(name)) ? ['teams'] : []),
  ]);
}

/** What is missing beside what is there. */
function gaps(read: ReadSettings): ConfigProblem[] {
  return [...slackGaps(read), ...teamsGaps(read), ...mailGaps(read)];
}

function slackGaps({ given }: ReadSettings): ConfigProblem[] {
  const set = SLACK.find((name) => given.has(name));
  if (set === undefined) return [];
  const problems: ConfigProblem[] = [];
  if (!given.has('SLACK_BOT_TOKEN')) {
    const reason = `is not set, but ${set} is; copy the Bot User OAuth Token from "OAuth & Permissions" of your Slack app`;
    problems.push({ place: 'SLACK_BOT_TOKEN', reason });
  }
  if (!given.has('SLACK_SIGNING_SECRET') && !given.has('SLACK_APP_TOKEN')) {
    const reason =
      'is not set, nor is SLACK_APP_TOKEN; set the Signing Secret for Slack over HTTP, or SLACK_APP_TOKEN for Socket Mode';
    problems.push({ place: 'SLACK_SIGNING_SECRET', reason });
  }
  return problems;
}

function teamsGaps({ given, values }: ReadSettings): ConfigProblem[] {
  const set = TEAMS.find((name) => given.has(name));
  if (set === undefined) return [];
  const type = values.MICROSOFT_APP_TYPE ?? 'SingleTenant';
  const needed: Partial<Record<SettingName, string>> = {
    MICROSOFT_APP_ID: 'set the Application (client) ID of the bot',
    ...(type === 'UserAssignedMSI' ? {} : { MICROSOFT_APP_PASSWORD: 'set the Value of a client secret of the bot' }),
    ...(type === 'MultiTenant'
      ? {}
      : { MICROSOFT_APP_TENANT_ID: `set the Directory (tenant) ID: a ${type} bot has one` }),
  };
  const problems = Object.entries(needed)
    .filter(([name]) => !given.has(name as SettingName))
    .map(([place, mend]) => ({ place, reason: `is not set, but ${set} is; ${mend}` }));
  if (type === 'MultiTenant' && !given.has('TEAMS_ALLOWED_TENANTS') && !given.has('MICROSOFT_APP_TENANT_ID')) {
    const reason = 'is not set, and a MultiTenant bot would answer anyone; set the tenants that may talk to it';
    problems.push({ place: 'TEAMS_ALLOWED_TENANTS', reason });
  }
  return problems;
}

function mailGaps({ given }: ReadSettings): ConfigProblem[] {
  const [set, ...others] = MAIL.filter((name) => given.has(name));
  if (set === undefined || others.length > 0) return [];
  const place = set === 'SMTP_URL' ? 'MAIL_FROM' : 'SMTP_URL';
  return [{ place, reason: `is not set, but ${set} is; e-mail needs both, or neither` }];
}

function tracingOf(values: Settings): TracingSettings | null {
  if (values.OTEL_EXPORTER_OTLP_ENDPOINT === null) return null;
  return {
    endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: values.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    serviceName: values.OTEL_SERVICE_NAME,
  };
}

function slackOf(values: Settings): SlackSettings | null {
  if (values.SLACK_BOT_TOKEN === null) return null;
  return {
    botToken: values.SLACK_BOT_TOKEN,
    signingSecret: values.SLACK_SIGNING_SECRET,
    appToken: values.SLACK_APP_TOKEN,
    apiUrl: values.SLACK_API_URL,
  };
}

function teamsOf(values: Settings): TeamsSettings | null {
  if (values.MICROSOFT_APP_ID === null) return null;
  const tenantId = values.MICROSOFT_APP_TENANT_ID;
  const allowed = values.TEAMS_ALLOWED_TENANTS ?? (tenantId === null ? [] : [tenantId]);
  return {
    appId: values.MICROSOFT_APP_ID,
    appPassword: values.MICROSOFT_APP_PASSWORD,
    tenantId,
    appType: values.MICROSOFT_APP_TYPE,
    allowedTenants: allowed.map((tenant) => tenant.toLowerCase()),
    openIdMetadataUrl: values.TEAMS_OPENID_METADATA_URL,
    tokenIssuer: values.TEAMS_TOKEN_ISSUER,
    serviceHosts: values.TEAMS_SERVICE_HOSTS.map((host) => host.toLowerCase()),
  };
}

/** Beside the database file, unless it is said where or that there shall be none. */
function snapshotOf({ KNOWLEDGE_SNAPSHOT: path, DATABASE_URL: url }: Settings, cwd: string): string | null {
  if (path === 'off') return null;
  if (path !== null) return resolve(cwd, path);
  return url.kind === 'sqlite' ? `${resolve(cwd, url.path)}.index` : null;
}

function inFolder(url: DatabaseUrl, cwd: string): DatabaseUrl {
  if (url.kind === 'sqlite') return { ...url, path: resolve(cwd, url.path) };
  if (url.kind === 'sqlite-memory' || url.tls === undefined) return url;
  const { mode, ...files } = url.tls;
  const inside = Object.entries(files).map(([name, file]) => [name, resolve(cwd, file)]);
  return { ...url, tls: { mode, ...(Object.fromEntries(inside) as typeof files) } };
}
