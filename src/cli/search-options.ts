/** What the verbs that search have in common: how many, in which language, for whom. */
import { readConfig } from '../config';
import { EVERYONE, readAudience, wordsOfAudience } from '../domain/audience';
import { LANGUAGES } from '../domain/person';
import type { SuggestOptions } from '../knowledge/knowledge-index';
import { audiencesOf, limitOf, textOf, UsageError } from './verb';
import type { Values } from './verb';

export const SEARCH_OPTIONS = {
  limit: { type: 'string' },
  language: { type: 'string' },
  audience: { type: 'string' },
} as const;

/** @param usual the limit when none is given. @throws UsageError */
export function searchOptions(values: Values, usual: number): SuggestOptions {
  const limit = limitOf(values, usual);
  const spoken = textOf(values, 'language');
  const language = LANGUAGES.find((known) => known === spoken);
  if (spoken !== undefined && language === undefined)
    throw new UsageError(`--language takes one of ${LANGUAGES.join(', ')}`);
  const audience = textOf(values, 'audience');
  return {
    limit,
    language: language ?? null,
    ...(audience === undefined ? {} : { audience: membershipsIn(audience) }),
  };
}

/**
 * Each word by itself: an audience of everyone and the agents is everyone, but whoever asks may be of both. People may well be of
 * groups that no article is for, so a word that is not known is only remarked upon.
 */
function membershipsIn(written: string): string[] {
  const known = audiencesOf(readConfig(process.env, process.cwd()));
  const words = written.split(/[,;]/).flatMap((word) => {
    const read = readAudience([word], known);
    if (!('problem' in read)) return wordsOfAudience(read.audience);
    process.stderr.write(`helpdesk: ${read.problem}\n`);
    return [word.trim()];
  });
  return [EVERYONE, ...words];
}
