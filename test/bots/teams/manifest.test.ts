/** The Teams app manifest, its translation and icons against the code, Microsoft's published schemas and each other. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { appPackage } from '../../../bots/teams/app-package';
import { COMMANDS } from '../../../bots/teams/interaction';
import { typed } from '../../../src/chat/spoken';

interface Command {
  title: string;
  description: string;
}
interface Manifest {
  localizationInfo: { defaultLanguageTag: string; additionalLanguages: { languageTag: string; file: string }[] };
  name: { short: string };
  icons: { color: string; outline: string };
  bots: {
    botId: string;
    scopes: string[];
    supportsTargetedMessages: boolean;
    commandLists: { scopes: string[]; triggers: string[]; commands: Command[] }[];
  }[];
  composeExtensions: { commands: { id: string; type: string; context: string[]; fetchTask: boolean }[] }[];
  authorization: { permissions: { resourceSpecific: { name: string; type: string }[] } };
}
type Strings = Record<string, string>;

const ROOT = join(__dirname, '../../..');
const FOLDER = join(ROOT, 'manifest/teams');
const APP_ID = '12345678-90ab-cdef-1234-567890abcdef';

const jsonOf = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
const manifest = jsonOf<Manifest>(join(FOLDER, 'manifest.json'));
const polish = jsonOf<Strings>(join(FOLDER, 'pl.json'));
const [bot] = manifest.bots;

const sources = (readdirSync(join(ROOT, 'bots/teams'), { recursive: true }) as string[])
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(ROOT, 'bots/teams', file), 'utf8'))
  .join('\n');

describe('the manifest asks for what the code uses, and for nothing else', () => {
  it('actions: each is known to the bot and opens a form, from a message or from where messages are written', () => {
    const actions = manifest.composeExtensions.flatMap(({ commands }) => commands);

    expect(actions.map(({ id, type, context, fetchTask }) => [id, type, context, fetchTask])).toEqual([
      [COMMANDS.openTicket, 'action', ['compose', 'commandBox'], true],
      [COMMANDS.openTicketFromMessage, 'action', ['message'], true],
      [COMMANDS.articleFromMessage, 'action', ['message'], true],
    ]);
    expect(Object.keys(COMMANDS)).toHaveLength(actions.length);
  });

  it('consents: each is named in the sources, and the sources name no other', () => {
    const named = new Set(sources.match(/\b[A-Z]\w+\.[A-Z]\w+(?:\.\w+)?\.(?:Group|Chat|User)\b/g));
    const asked = manifest.authorization.permissions.resourceSpecific;

    expect(asked).toEqual([{ name: 'ChannelMessage.Read.Group', type: 'Application' }]);
    expect([...named].sort()).toEqual(asked.map(({ name }) => name).sort());
  });

  it('people reach the bot in their own chat, in teams and in group chats, and privately in both of the latter', () => {
    expect([...bot!.scopes].sort()).toEqual(['groupChat', 'personal', 'team']);
    expect(bot!.supportsTargetedMessages).toBe(true);
    const slashed = bot!.commandLists.filter(({ triggers }) => triggers.includes('slash'));
    expect(slashed.map(({ scopes }) => scopes)).toEqual([['team', 'groupChat']]);
    expect([...bot!.commandLists.flatMap(({ scopes }) => scopes)].sort()).toEqual([...bot!.scopes].sort());
  });
});

describe('every command in the menus is a word the bot understands, and does the same in both languages', () => {
  const KINDS = ['mine', 'queue', 'article-list', 'summary', 'articles', 'help'];
  const lists = bot!.commandLists.map(({ commands }, list) =>
    commands.map(({ title }, at) => ({
      english: title,
      polish: polish[`bots[0].commandLists[${list}].commands[${at}].title`] ?? '',
    })),
  );

  it.each(lists.map((commands, list) => ({ list, commands })))('list $list', ({ commands }) => {
    expect(commands.map(({ english }) => typed(english, 'mention').kind)).toEqual(KINDS);
    expect(commands.map((each) => typed(each.polish, 'mention').kind)).toEqual(KINDS);
    expect(commands.every((each) => each.english !== each.polish)).toBe(true);
  });
});

describe('the translation', () => {
  const { $schema: _, ...strings } = polish;
  const SCHEMAS = join(ROOT, 'node_modules/@microsoft/app-manifest/build/json-schemas/teams/v1.30');
  const schema = jsonOf<{ properties: object; patternProperties: object }>(
    join(SCHEMAS, 'MicrosoftTeams.Localization.schema.json'),
  );
  const translatable = (path: string): boolean =>
    path in schema.properties || Object.keys(schema.patternProperties).some((each) => new RegExp(each).test(path));

  function textsOf(value: unknown, path: string): string[] {
    if (typeof value === 'string') return [path];
    if (Array.isArray(value)) return value.flatMap((each, at) => textsOf(each, `${path}[${at}]`));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, each]) => textsOf(each, path === '' ? key : `${path}.${key}`));
  }

  it('has every text that Teams lets an app translate, and no other', () => {
    const wanted = textsOf(manifest, '').filter((path) => path !== '$schema' && translatable(path));

    expect(wanted.length).toBeGreaterThan(20);
    expect(Object.keys(strings).sort()).toEqual(wanted.sort());
  });

  it('is named in the manifest, which is English', () => {
    expect(manifest.localizationInfo).toEqual({
      defaultLanguageTag: 'en',
      additionalLanguages: [{ languageTag: 'pl', file: 'pl.json' }],
    });
  });
});

describe('the package', () => {
  const order = { appId: APP_ID, version: '1.2.3', domain: 'desk.contoso.com', name: null };
  const filesOf = async (change: object = {}): Promise<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(unzipSync(await appPackage(FOLDER, { ...order, ...change }))).map(([name, bytes]) => [
        name,
        Buffer.from(bytes).toString('utf8'),
      ]),
    );

  it('has the manifest, the translation and the icons at its root, and nothing else', async () => {
    expect(Object.keys(await filesOf())).toEqual(['manifest.json', 'pl.json', 'color.png', 'outline.png']);
  });

  it('keeps no placeholder, and names the bot wherever the manifest has an id', async () => {
    const { 'manifest.json': text = '' } = await filesOf();

    expect(text).not.toMatch(/00000000-|example\.com|0\.0\.0/);
    expect(text.match(new RegExp(APP_ID, 'g'))).toHaveLength(4);
    expect(JSON.parse(text)).toMatchObject({
      version: '1.2.3',
      developer: { websiteUrl: 'https://desk.contoso.com' },
      validDomains: ['desk.contoso.com'],
    });
  });

  it('has the name it is given in every language', async () => {
    const files = await filesOf({ name: 'Pomoc IT' });

    expect(JSON.parse(files['manifest.json']!)).toMatchObject({ name: { short: 'Pomoc IT', full: 'Pomoc IT' } });
    expect(JSON.parse(files['pl.json']!)).toMatchObject({ 'name.short': 'Pomoc IT', 'name.full': 'Pomoc IT' });
  });

  it('is the same, byte for byte, for the same order', async () => {
    expect(Buffer.compare(await appPackage(FOLDER, order), await appPackage(FOLDER, order))).toBe(0);
  });

  it('is refused with every problem when the manifest or a translation is not valid', async () => {
    const failure = appPackage(FOLDER, { ...order, appId: 'not-a-guid', name: 'x'.repeat(31) });

    await expect(failure).rejects.toThrow(/manifest\.json: \/id must match/);
    await expect(failure).rejects.toThrow(/manifest\.json: \/name\/short must NOT have more than 30/);
    await expect(failure).rejects.toThrow(/pl\.json: \/name\.short must NOT have more than 30/);
  });

  it('is refused when a translation has a text that the manifest has not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'helpdesk-manifest-'));
    try {
      cpSync(FOLDER, folder, { recursive: true });
      const stray = { ...polish, 'bots[0].commandLists[0].commands[6].title': 'nowe', 'name.long': 'Pomoc' };
      writeFileSync(join(folder, 'pl.json'), JSON.stringify(stray));

      const failure = appPackage(folder, order);

      await expect(failure).rejects.toThrow(/pl\.json: bots\[0\].*commands\[6\]\.title is not in manifest\.json/);
      await expect(failure).rejects.toThrow(/pl\.json: must NOT have additional properties .*name\.long/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** https://learn.microsoft.com/microsoft-365/extensibility/schema/root-icons */
describe('the icons', () => {
  it('in colour: 192 x 192, opaque, with the mark well inside what Teams cuts', () => {
    const { width, height, pixels } = picture('color');

    expect([width, height]).toEqual([192, 192]);
    expect(pixels.every(({ alpha }) => alpha === 255)).toBe(true);
    const white = pixels.filter(({ red, green, blue }) => red === 255 && green === 255 && blue === 255);
    expect(white.length).toBeGreaterThan(192 * 192 * 0.15);
    // Microsoft's safe area is the 120 x 120 in the middle.
    expect(white.every(({ x, y }) => x >= 36 && x < 156 && y >= 36 && y < 156)).toBe(true);
  });

  it('in outline: 32 x 32, white on nothing, up to the edges', () => {
    const { width, height, pixels } = picture('outline');

    expect([width, height]).toEqual([32, 32]);
    const drawn = pixels.filter(({ alpha }) => alpha > 0);
    expect(drawn.every(({ red, green, blue }) => red === 255 && green === 255 && blue === 255)).toBe(true);
    expect(drawn.length / pixels.length).toBeLessThan(0.5);
    expect(Math.max(...drawn.map(({ x }) => x)) - Math.min(...drawn.map(({ x }) => x))).toBeGreaterThanOrEqual(28);
  });

  it('are those of the manifest, each with its source beside it', () => {
    const files = readdirSync(FOLDER);

    expect(manifest.icons).toEqual({ color: 'color.png', outline: 'outline.png' });
    expect(files).toEqual(expect.arrayContaining(['color.png', 'color.svg', 'outline.png', 'outline.svg']));
  });

  it('and the mark of the sandbox are one drawing', () => {
    const paths = (file: string): string[] =>
      [...readFileSync(file, 'utf8').matchAll(/\sd="([^"]+)"/g)].map((match) => match[1]!);

    expect(paths(join(FOLDER, 'color.svg'))).toEqual(paths(join(ROOT, 'sandbox/page/mark.svg')));
  });
});

interface Pixel {
  x: number;
  y: number;
  red: number;
  green: number;
  blue: number;
  alpha: number;
}

/** A PNG of 8 bits a channel, RGB or RGBA, not interlaced, as browsers write them. https://www.w3.org/TR/png-3/ */
function picture(name: 'color' | 'outline'): { width: number; height: number; pixels: Pixel[] } {
  const file = readFileSync(join(FOLDER, `${name}.png`));
  const data: Buffer[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  }
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  expect([file[24], file[28]]).toEqual([8, 0]);
  const size = file[25] === 6 ? 4 : 3;
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * size;
  const lines: number[][] = [];
  for (let y = 0; y < height; y += 1) {
    const start = y * (stride + 1);
    lines.push(unfiltered(raw[start]!, raw.subarray(start + 1, start + 1 + stride), lines[y - 1], size));
  }
  const pixels = lines.flatMap((line, y) =>
    Array.from({ length: width }, (_, x): Pixel => {
      const [red = 0, green = 0, blue = 0, alpha = 255] = line.slice(x * size, (x + 1) * size);
      return { x, y, red, green, blue, alpha };
    }),
  );
  return { width, height, pixels };
}

function unfiltered(filter: number, line: Buffer, above: number[] | undefined, size: number): number[] {
  const out: number[] = [];
  line.forEach((byte, at) => {
    const [left, up, corner] = [out[at - size] ?? 0, above?.[at] ?? 0, above?.[at - size] ?? 0];
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
    out.push((byte + guess) & 255);
  });
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [byLeft, byUp, byCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}
