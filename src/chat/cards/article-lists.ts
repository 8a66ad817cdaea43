/** The history of an article, and the report on all of them. */
import type { ArticleHistory } from '../../article-versions';
import type { ArticleReport } from '../../domain/article-report';
import type { ArticleVersion } from '../../domain/authoring';
import { differences } from '../../domain/authoring';
import { SYSTEM } from '../../domain/person';
import type { Card, Part } from '../card';
import { changesText, shortly } from './article-cards';
import type { Say } from '../words';
import { ageOf, button, nameOf } from './reader';
import type { Reader } from './reader';

/** Of a history; the command has all of it. */
const VERSIONS_SHOWN = 12;
/** Of each list of the report: work for a week, not for a year. */
const REPORTED = 5;

export function historyCard({ article, versions, people }: ArticleHistory, now: Date, reader: Reader): Card {
  const { say } = reader;
  const title = say('article.history.title', { title: article?.title ?? versions[0]?.title ?? '' });
  const shown = versions.slice(0, VERSIONS_SHOWN);
  const items = shown.map((version, index): Part => {
    const isNow = article !== null && article.retiredAt === null && article.version === version.version;
    const by = version.author === SYSTEM && version.kind === 'imported' ? say('article.history.imported') : null;
    return {
      kind: 'item',
      title: say('article.history.version', {
        version: version.version,
        name: by ?? nameOf(people, version.author),
      }),
      text: [
        versionText(version, versions[index + 1], now, reader, people),
        ...(isNow ? [say('article.history.now')] : []),
      ].join(' · '),
      ...(isNow || version.kind === 'retired'
        ? {}
        : {
            button: button(say('article.button.restore'), {
              kind: 'article-restore',
              articleId: version.articleId,
              version: version.version,
            }),
          }),
    };
  });
  const more: Part[] =
    versions.length > VERSIONS_SHOWN
      ? [{ kind: 'note', text: say('article.history.more', { count: VERSIONS_SHOWN }) }]
      : [];
  const summary = say('article.history.summary', { count: versions.length });
  return {
    title,
    summary: `${title}: ${summary}`,
    parts: [{ kind: 'text', text: summary }, ...items, ...more],
    actions: [],
  };
}

function versionText(
  version: ArticleVersion,
  before: ArticleVersion | undefined,
  now: Date,
  { say }: Reader,
  people: ArticleHistory['people'],
): string {
  const what =
    version.kind === 'retired'
      ? say('article.history.retired')
      : before === undefined
        ? firstText(version, say)
        : changesText(differences(before, version), say);
  const approved =
    version.approvedBy === null ? [] : [say('article.history.approved', { name: nameOf(people, version.approvedBy) })];
  return [ageOf(say, version.at, now), what, ...approved].filter((part) => part !== '').join(' · ');
}

/** Whoever may not read those before it is not told that it is the first. */
function firstText({ version }: ArticleVersion, say: Say): string {
  return version === 1 ? say('article.history.first') : '';
}

/** For managers: what to write next. */
export function reportCard(
  { days, failing, stale, missing }: ArticleReport,
  mayEdit: boolean,
  now: Date,
  { say }: Reader,
): Card {
  const counts = { failing: failing.length, stale: stale.length, missing: missing.length };
  const title = say('article.report.title');
  const summary = say('article.report.summary', counts);
  const section = <T>(heading: string, entries: readonly T[], draw: (entry: T) => Part): Part[] => {
    if (entries.length === 0) return [];
    const rest = entries.length - REPORTED;
    return [
      { kind: 'heading', text: heading },
      ...entries.slice(0, REPORTED).map(draw),
      ...(rest > 0 ? [{ kind: 'note', text: say('article.report.more', { count: rest }) } as const] : []),
    ];
  };
  const parts: Part[] = [
    ...section(say('article.report.failing'), failing, ({ article, suggested, tickets }) => ({
      kind: 'item',
      title: shortly(article.title),
      text: say('article.report.failing.entry', { suggested, tickets }),
      ...(mayEdit
        ? { button: button(say('article.button.edit'), { kind: 'article-find', purpose: 'edit', words: article.id }) }
        : {}),
    })),
    ...section(say('article.report.stale'), stale, ({ article, lookedAt }) => ({
      kind: 'item',
      title: shortly(article.title),
      text: say('article.report.stale.entry', { age: ageOf(say, lookedAt, now) }),
      button: button(say('article.button.confirm'), {
        kind: 'article-confirm',
        articleId: article.id,
        version: article.version,
      }),
    })),
    ...section(say('article.report.missing'), missing, ({ questions: count, example }) => ({
      kind: 'item',
      title: shortly(example),
      text: say('article.report.missing.entry', { count }),
    })),
  ];
  const none: Part[] = parts.length === 0 ? [{ kind: 'text', text: say('article.report.none') }] : [];
  return {
    title,
    summary,
    parts: [{ kind: 'note', text: say('article.report.period', { days }) }, ...none, ...parts],
    actions: [],
  };
}
