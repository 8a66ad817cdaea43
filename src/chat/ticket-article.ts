/** What an article begins with that is made from a ticket: the answer, and below it the words in which it was asked. Pure. */
import type { ArticleText } from '../domain/authoring';
import { cleanText, cut } from '../domain/text';
import type { TicketEvent } from '../domain/ticket';
import { detectLanguage } from '../knowledge/words';
import type { TicketFile } from '../ticket-file';
import type { Reader } from './cards/reader';
import { sayIn } from './words';

/** A question in a list of symptoms. */
const QUESTION = 300;

/** Where the answer stands: in an event, else in words that somebody pointed at. */
interface Answered {
  readonly event: number | null;
  readonly said: string;
}

/** Without either, the answer is how the ticket was resolved, or what agents replied. */
export function ticketArticle(file: TicketFile, answered: Answered, { language }: Reader): ArticleText {
  const { ticket, inquiry } = file;
  const answer = answerOf(file, answered);
  const asked = [inquiry?.text ?? '', ticket.subject, ticket.details].map(oneLine).filter((text) => text !== '');
  const questions = [...new Set(asked)].filter(
    (text) => !asked.some((other) => other !== text && other.startsWith(text)),
  );
  const spoken = detectLanguage(`${answer}\n${asked.join('\n')}`) ?? language;
  return {
    title: ticket.subject,
    body: [answer, `## ${sayIn(spoken)('article.symptoms')}`, questions.map((text) => `- ${text}`).join('\n')]
      .filter((part) => part !== '')
      .join('\n\n'),
    tags: [],
    language: spoken,
    audience: 'everyone',
    url: null,
  };
}

function answerOf({ ticket, events }: TicketFile, answered: Answered): string {
  const event = events.find(({ version }) => version === answered.event);
  const words = (event === undefined ? '' : wordsOf(event)) || cleanText(answered.said);
  if (words !== '') return words;
  if (ticket.resolution !== null && ticket.resolution !== '') return ticket.resolution;
  const replies = events.filter(({ what, actor }) => what.kind === 'commented' && actor !== ticket.requester);
  return replies.map(wordsOf).join('\n\n');
}

function wordsOf({ what }: TicketEvent): string {
  return 'text' in what ? what.text : '';
}

function oneLine(text: string): string {
  return cut(text.replace(/\s+/g, ' ').trim(), QUESTION);
}
