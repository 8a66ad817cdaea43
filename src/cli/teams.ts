/** `helpdesk teams …`: the app package that makes the helpdesk an app of one's own Microsoft Teams. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSetting } from '../config';
import { ownVersion, print, textOf, UsageError } from './verb';
import type { Values, Verb } from './verb';

/** Of the package, from `dist/src/cli`. */
const ROOT = join(__dirname, '..', '..', '..');
/** In characters: https://learn.microsoft.com/microsoft-365/extensibility/schema/root-name */
const LONGEST_NAME = 30;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const VERSION = /^\d{1,9}\.\d{1,9}\.\d{1,9}$/;
const EXAMPLE = 'helpdesk.example.com';

export const teamsPackage: Verb = {
  usage: 'teams package [--out FILE] [--domain HOST]',
  about: 'Writes the app package to upload in Microsoft Teams.',
  details: `--out FILE       where to write it (helpdesk-teams.zip)
--domain HOST    the host of your helpdesk, for the links on the app's page (${EXAMPLE})
--name "TEXT"    what people see and mention, at most ${LONGEST_NAME} characters ("IT Helpdesk", in Polish "Helpdesk IT")
--app-id ID      the Application (client) ID of the bot (MICROSOFT_APP_ID)
--version X.Y.Z  the app's version (that of chat-helpdesk); Teams wants a higher one for every update

It is checked against Microsoft's published schema and written anew each time; nothing is sent anywhere.`,
  options: {
    out: { type: 'string' },
    domain: { type: 'string' },
    name: { type: 'string' },
    'app-id': { type: 'string' },
    version: { type: 'string' },
  },
  run: async (values) => {
    const out = textOf(values, 'out') ?? 'helpdesk-teams.zip';
    const order = {
      name: nameOf(values),
      domain: domainOf(values),
      version: versionOf(values),
      appId: appIdOf(values),
    };
    // Loaded only here: no other verb has to wait for it.
    const { appPackage } = await import('../../bots/teams/app-package.js');
    await written(out, await appPackage(join(ROOT, 'manifest', 'teams'), order));
    print(`${out}: version ${order.version}, for the bot ${order.appId}`);
    if (order.domain === EXAMPLE)
      process.stderr.write(`The links on the app's page lead to ${EXAMPLE}; give yours with --domain.\n`);
    return 0;
  },
};

async function written(out: string, zip: Uint8Array): Promise<void> {
  try {
    await writeFile(out, zip);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`${out} cannot be written (${code}); name a file in a folder that is there and yours`, {
      cause: error,
    });
  }
}

function appIdOf(values: Values): string {
  const given = textOf(values, 'app-id');
  if (given !== undefined && !GUID.test(given))
    throw new UsageError('--app-id takes the Application (client) ID, like 12345678-90ab-cdef-1234-567890abcdef');
  const appId = given ?? readSetting('MICROSOFT_APP_ID', process.env, process.cwd());
  if (appId === null)
    throw new UsageError('which bot? Set MICROSOFT_APP_ID, in .env or in the environment, or give --app-id');
  return appId.toLowerCase();
}

function nameOf(values: Values): string | null {
  const name = textOf(values, 'name')?.trim();
  if (name === undefined) return null;
  if (name === '' || [...name].length > LONGEST_NAME || /\p{Cc}/u.test(name))
    throw new UsageError(`--name takes 1 to ${LONGEST_NAME} characters on one line`);
  return name;
}

function domainOf(values: Values): string {
  const domain = textOf(values, 'domain') ?? EXAMPLE;
  if (!HOST.test(domain))
    throw new UsageError(`--domain takes a host name such as ${EXAMPLE}, without https:// and without a path`);
  return domain.toLowerCase();
}

function versionOf(values: Values): string {
  const version = textOf(values, 'version');
  if (version !== undefined && !VERSION.test(version)) throw new UsageError('--version takes three numbers: 1.2.3');
  if (version !== undefined) return version;
  // Teams knows no pre-releases.
  return ownVersion().replace(/[-+].*$/, '');
}
