/** What is published about the configuration, made from the tables that check it: `helpdesk.schema.json`, `.env.example` and the tables of the documentation. */
import { z } from 'zod';
import { SETTINGS } from './config-settings';
import { DESK_FILE } from './config-shape';

/** A JSON Schema, as far as it is read here. */
interface JsonSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** The JSON Schema of `helpdesk.yaml`; draft 7 is what editors understand. */
export function deskSchema(): JsonSchema {
  return z.toJSONSchema(DESK_FILE, { io: 'input', target: 'draft-7' }) as JsonSchema;
}

/** `.env.example`: every setting, each commented out, so that a copy of it changes nothing. */
export function envExample(): string {
  const settings = Object.entries(SETTINGS).map(([name, { meaning, default: usual, example }]) => {
    const note = usual === null ? '' : `\n# Default: ${usual}`;
    return `# ${meaning}${note}\n#${name}=${/[\s#]/.test(example) ? `"${example}"` : example}\n`;
  });
  const intro =
    '# Copy this file to .env and take the # away before what you set. The real environment wins over it.\n';
  return [intro, ...settings].join('\n');
}

/** Rows of the settings table: name, meaning, default. */
export function settingRows(): string[][] {
  return Object.entries(SETTINGS).map(([name, { meaning, default: usual }]) => [
    `\`${name}\``,
    meaning,
    usual === null ? '–' : `\`${usual}\``,
  ]);
}

/** Rows of the table of `helpdesk.yaml`: path, meaning, default or `required`. */
export function deskRows(): string[][] {
  return rowsOf(deskSchema(), '');
}

function rowsOf(schema: JsonSchema, above: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, each]) => {
    const path = `${above}${key}`;
    const usual = each.default === undefined ? '–' : `\`${JSON.stringify(each.default).replaceAll('"', '')}\``;
    const row = [`\`${path}\``, each.description ?? '', schema.required?.includes(key) === true ? 'required' : usual];
    // What may be a mapping or something else is described as a mapping where its fields have words of their own.
    const mappings = [each, ...(each.anyOf ?? []).filter(isDescribed)];
    return [
      row,
      ...mappings.flatMap((one) => rowsOf(one, `${path}.`)),
      ...(each.items === undefined ? [] : rowsOf(each.items, `${path}[].`)),
    ];
  });
}

function isDescribed({ properties = {} }: JsonSchema): boolean {
  return Object.values(properties).some(({ description }) => description !== undefined);
}
