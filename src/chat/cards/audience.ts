/** Whom an article is for, in words. */
import { AGENTS, EVERYONE, wordOfGroup, wordOfLine, wordsOfAudience } from '../../domain/audience';
import type { Option } from '../card';
import type { Reader } from './reader';

/** Every audience of one word that an article can have at this desk, to choose from. */
export function audienceOptions({ lines, groups, say }: Reader): Option[] {
  return [
    { value: EVERYONE, label: say('article.audience.everyone') },
    { value: AGENTS, label: say('article.audience.agents') },
    ...lines.map((line) => ({ value: wordOfLine(line), label: say('article.audience.line', { name: line.name }) })),
    ...groups.map((group) => ({
      value: wordOfGroup(group),
      label: say(`article.audience.${group.kind}`, { name: group.name }),
    })),
  ];
}

/** The same for an audience that may be several; what the configuration no longer has is named by its key. */
export function audienceName(audience: string, reader: Reader): string {
  const options = audienceOptions(reader);
  const names = wordsOfAudience(audience).map((word) => {
    const [kind = '', key = word] = word.split(':');
    return options.find(({ value }) => value === word)?.label ?? reader.say('article.audience.gone', { kind, key });
  });
  return names.join(', ');
}
