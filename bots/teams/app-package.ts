/**
 * The app package that Teams takes: the files of `manifest/teams` with one installation's ids and names in them, checked
 * against Microsoft's published schemas. Reads files and nothing else; knows neither network, settings nor botbuilder.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Ajv from 'ajv';
import { zipSync } from 'fflate';

export interface AppOrder {
  /** The Application (client) ID of the bot, a GUID. */
  readonly appId: string;
  /** `1.2.3` */
  readonly version: string;
  /** The host of the links on the app's page. */
  readonly domain: string;
  /** What people see and mention the bot by, in every language; null keeps the names of the manifest. */
  readonly name: string | null;
}

/** What `manifest/teams/manifest.json` has in the place of each. */
const PLACEHOLDERS = { appId: '00000000-0000-0000-0000-000000000000', domain: 'helpdesk.example.com' } as const;

const SCHEMAS = {
  manifest: require.resolve('@microsoft/app-manifest/build/json-schemas/teams/v1.30/MicrosoftTeams.schema.json'),
  translation:
    require.resolve('@microsoft/app-manifest/build/json-schemas/teams/v1.30/MicrosoftTeams.Localization.schema.json'),
} as const;

/** Any time will do, as long as it is the same: the same order makes the same bytes. Zip files keep local time. */
const ZIP_TIME = new Date(2020, 0, 1, 12);

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** The translated texts, by their paths in the manifest, such as `bots[0].commandLists[0].commands[0].title`. */
type Strings = Readonly<Record<string, string>>;
type Manifest = Readonly<Record<string, Json>> & {
  readonly localizationInfo: { readonly additionalLanguages: readonly { readonly file: string }[] };
  readonly icons: { readonly color: string; readonly outline: string };
};

/**
 * The package as a zip file, its files at the root as Teams wants them.
 * @param folder where `manifest.json`, the translations and the icons are
 * @throws Error that names every problem of the manifest and its translations
 */
export async function appPackage(folder: string, order: AppOrder): Promise<Uint8Array> {
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const manifest = filled(JSON.parse(await read('manifest.json')) as Manifest, order);
  const languages = manifest.localizationInfo.additionalLanguages.map(({ file }) => file);
  const translations = new Map<string, Strings>();
  for (const file of languages) translations.set(file, named(JSON.parse(await read(file)) as Strings, order.name));

  const problems = await problemsOf(manifest, translations);
  if (problems.length > 0) throw new Error([`the app manifest in ${folder} is not valid`, ...problems].join('\n  '));

  const { color, outline } = manifest.icons;
  const files: Record<string, Uint8Array> = { 'manifest.json': bytesOf(manifest) };
  for (const [file, strings] of translations) files[file] = bytesOf(strings);
  for (const icon of [color, outline]) files[icon] = await readFile(join(folder, icon));
  return zipSync(files, { level: 9, mtime: ZIP_TIME });
}

function filled(template: Manifest, { appId, domain, name, version }: AppOrder): Manifest {
  const text = JSON.stringify(template)
    .replaceAll(PLACEHOLDERS.appId, appId.toLowerCase())
    .replaceAll(PLACEHOLDERS.domain, domain);
  const manifest = { ...(JSON.parse(text) as Manifest), version };
  return name === null ? manifest : { ...manifest, name: { short: name, full: name } };
}

function named(strings: Strings, name: string | null): Strings {
  return name === null ? strings : { ...strings, 'name.short': name, 'name.full': name };
}

async function problemsOf(manifest: Manifest, translations: ReadonlyMap<string, Strings>): Promise<string[]> {
  const problems = await invalid('manifest.json', manifest, SCHEMAS.manifest);
  for (const [file, { $schema: _, ...strings }] of translations) {
    problems.push(...(await invalid(file, strings, SCHEMAS.translation)));
    const strays = Object.keys(strings).filter((path) => typeof partOf(manifest, path) !== 'string');
    problems.push(...strays.map((path) => `${file}: ${path} is not in manifest.json`));
  }
  return problems;
}

/**
 * Checks by the schemas that come with `@microsoft/app-manifest`, as data: its own checker would look for a schema on the
 * network, and cannot read that of the translations. They are of draft 4; what they use of it means the same today.
 */
async function invalid(file: string, document: Manifest | Strings, schema: string): Promise<string[]> {
  const { $schema: _, ...rules } = JSON.parse(await readFile(schema, 'utf8')) as Record<string, unknown>;
  const check = new Ajv({ allErrors: true, strict: false, validateFormats: false, unicodeRegExp: false }).compile(
    rules,
  );
  check(document);
  return (check.errors ?? []).map(({ instancePath, message, params }) =>
    [`${file}:`, instancePath, message, JSON.stringify(params)].filter(Boolean).join(' '),
  );
}

function partOf(manifest: Manifest, path: string): unknown {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  return steps.reduce<unknown>(
    (part, step) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[step] : undefined),
    manifest,
  );
}

function bytesOf(document: Manifest | Strings): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
}
