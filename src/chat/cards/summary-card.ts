/** The daily summary as a card: what a manager must know in twenty seconds, the important first. */
import type { DailySummary, Figures } from '../../domain/daily-summary';
import type { ArticleNeeds } from '../../domain/article-report';
import { AGES, isQuiet, sparkline } from '../../domain/daily-summary';
import type { Language } from '../../domain/person';
import { PRIORITIES } from '../../domain/priority';
import { cut } from '../../domain/text';
import type { Period } from '../../domain/working-days';
import type { Button, Card, Fact, Part } from '../card';
import type { Say } from '../words';
import { button } from './reader';

/** Of a subject, so that an entry stays on one line. */
const SUBJECT_SHOWN = 70;
/** How dates and numbers are written; English as most of the world has it, "Friday 20 November". */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', pl: 'pl-PL' };

interface Pen {
  readonly say: Say;
  readonly language: Language;
}

/** On a quiet day one line. */
export function summaryCard(summary: DailySummary, say: Say, language: Language): Card {
  const pen: Pen = { say, language };
  const period = periodText(summary.current.period, language);
  const line = summary.lineName;
  const title = say(summary.soFar ? 'summary.title.so-far' : 'summary.title', { line, period });
  if (isQuiet(summary)) {
    const text = quietText(summary, say);
    const parts: Part[] = [{ kind: 'text', text }, ...articles(summary, say)];
    return { title, summary: `${line}: ${text}`, parts, actions: articlesButton(summary, say) };
  }
  const { opened, resolved, stillOpen } = summary.current;
  return {
    title,
    summary: say('summary.line', { line, opened, resolved, open: stillOpen }),
    parts: [
      { kind: 'facts', facts: headlines(summary, pen) },
      ...oldest(summary, pen),
      ...openTickets(summary, pen),
      ...questions(summary, pen),
      ...articles(summary, say),
      { kind: 'heading', text: say('summary.trend') },
      { kind: 'text', text: trendText(summary, say) },
      { kind: 'note', text: comparedText(summary, pen) },
    ],
    actions: articlesButton(summary, say),
  };
}

function quietText({ current, open }: DailySummary, say: Say): string {
  const [first] = open.oldest;
  if (first === undefined) return say('summary.quiet');
  return say('summary.quiet.open', { count: current.stillOpen, id: String(first.id) });
}

function headlines({ current, before, open }: DailySummary, pen: Pen): Fact[] {
  const { say } = pen;
  const counted = (['opened', 'resolved', 'stillOpen'] as const).map((figure) => ({
    label: say(`summary.${figure}`),
    value: countText(current[figure], before[figure], pen),
  }));
  const timed = (['medianFirstResponseMs', 'medianResolutionMs'] as const).flatMap((figure) =>
    timeFact(figure, current, before, pen),
  );
  return [...counted, { label: say('summary.unclaimed'), value: numberText(open.unclaimed, pen) }, ...timed];
}

function timeFact(
  figure: 'medianFirstResponseMs' | 'medianResolutionMs',
  current: Figures,
  before: Figures,
  pen: Pen,
): Fact[] {
  const now = current[figure];
  const then = before[figure];
  if (now === null) return [];
  const value = durationText(now, pen);
  const change = then === null ? null : durationChange(now - then, pen);
  return [{ label: pen.say(`summary.${figure}`), value: change === null ? value : `${value} (${change})` }];
}

function oldest({ current, open }: DailySummary, pen: Pen): Part[] {
  if (open.oldest.length === 0) return [];
  const items = open.oldest.map(({ id, subject, openedAt }) => {
    const age = durationText(current.period.to.getTime() - openedAt.getTime(), pen, 1);
    return pen.say('summary.oldest.entry', { id: String(id), subject: cut(subject, SUBJECT_SHOWN), age });
  });
  return [
    { kind: 'heading', text: pen.say('summary.oldest') },
    { kind: 'list', ordered: false, items },
  ];
}

function openTickets({ current, open }: DailySummary, { say }: Pen): Part[] {
  if (current.stillOpen === 0) return [];
  const byPriority = PRIORITIES.filter((priority) => open.byPriority[priority] > 0).map((priority) =>
    say('summary.priority', { priority, count: open.byPriority[priority] }),
  );
  const byAge = AGES.filter((age) => open.byAge[age] > 0).map((age) =>
    say(`summary.age.${age}`, { count: open.byAge[age] }),
  );
  const facts = [
    { label: say('summary.by-priority'), value: byPriority.join(' · ') },
    { label: say('summary.by-age'), value: byAge.join(' · ') },
  ];
  return [{ kind: 'facts', facts }];
}

function questions({ current, before }: DailySummary, pen: Pen): Part[] {
  const now = current.questions;
  if (now === null || now.asked === 0) return [];
  const facts = (['asked', 'solved', 'unanswered'] as const).map((figure) => ({
    label: pen.say(`summary.questions.${figure}`),
    value: countText(now[figure], before.questions?.[figure] ?? 0, pen),
  }));
  return [{ kind: 'facts', facts }];
}

const NEEDS = ['failing', 'stale', 'missing'] as const satisfies readonly (keyof ArticleNeeds)[];

function needsOf({ articles }: DailySummary): (typeof NEEDS)[number][] {
  return NEEDS.filter((need) => (articles?.[need] ?? 0) > 0);
}

/** One line, and none when every article is well; by mail without the button, so the words say where the list is. */
function articles(summary: DailySummary, say: Say): Part[] {
  const needs = needsOf(summary).map((need) =>
    say(`summary.articles.${need}`, { count: summary.articles?.[need] ?? 0 }),
  );
  return needs.length === 0 ? [] : [{ kind: 'text', text: say('summary.articles', { needs: needs.join(', ') }) }];
}

function articlesButton(summary: DailySummary, say: Say): Button[] {
  return needsOf(summary).length === 0 ? [] : [button(say('summary.articles.show'), { kind: 'articles' })];
}

/** Opened and resolved share one scale: whether the team keeps up is seen at a glance. */
function trendText({ trend }: DailySummary, say: Say): string {
  const opened = trend.map((day) => day.opened);
  const resolved = trend.map((day) => day.resolved);
  const open = trend.map((day) => day.stillOpen);
  const largest = Math.max(...opened, ...resolved);
  return [
    say('summary.trend.opened', { bars: sparkline(opened, largest), count: total(opened) }),
    say('summary.trend.resolved', { bars: sparkline(resolved, largest), count: total(resolved) }),
    say('summary.trend.open', { bars: sparkline(open), first: open[0] ?? 0, last: open.at(-1) ?? 0 }),
  ].join('\n');
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function comparedText({ before, soFar }: DailySummary, { say, language }: Pen): string {
  const period = periodText(before.period, language);
  return say(soFar ? 'summary.compared.so-far' : 'summary.compared', { period });
}

function countText(now: number, before: number, pen: Pen): string {
  const change = new Intl.NumberFormat(LOCALES[pen.language], { signDisplay: 'exceptZero' }).format(now - before);
  return `${numberText(now, pen)} (${now === before ? '±0' : change})`;
}

function numberText(value: number, { language }: Pen): string {
  return new Intl.NumberFormat(LOCALES[language]).format(value);
}

/** "Friday 20 November", or its first and last day. */
function periodText({ firstDay, lastDay }: Period, language: Language): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  });
  // Thin spaces in some versions of ICU: a terminal and an e-mail may not have them.
  return format.formatRange(new Date(firstDay), new Date(lastDay)).replace(/[\u2009\u202f]/g, ' ');
}

const MINUTE_MS = 60_000;
const HOUR_MIN = 60;
const DAY_MIN = 24 * HOUR_MIN;

/** "2 h 10 min": the largest unit that fits and the next one; only the largest when `units` is 1. Days from two on. */
function durationText(ms: number, { say }: Pen, units: 1 | 2 = 2): string {
  const minutes = Math.max(0, Math.round(ms / MINUTE_MS));
  if (minutes === 0) return say('duration.moment');
  const days = minutes >= 2 * DAY_MIN ? Math.floor(minutes / DAY_MIN) : 0;
  const hours = Math.floor((minutes - days * DAY_MIN) / HOUR_MIN);
  const parts = [
    ...(days > 0 ? [say('duration.days', { count: days })] : []),
    ...(hours > 0 ? [say('duration.hours', { count: hours })] : []),
    ...(days === 0 && minutes % HOUR_MIN > 0 ? [say('duration.minutes', { count: minutes % HOUR_MIN })] : []),
  ];
  return parts.slice(0, units).join(' ');
}

function durationChange(ms: number, pen: Pen): string {
  if (Math.abs(ms) < MINUTE_MS / 2) return '±0';
  return `${ms > 0 ? '+' : '-'}${durationText(Math.abs(ms), pen)}`;
}
