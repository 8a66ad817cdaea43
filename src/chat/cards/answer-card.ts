/** The answers to a question, and what follows when one of them helped. */
import type { Answer } from '../../answers';
import type { Article, Suggestion } from '../../domain/article';
import { ANYBODY, isFor } from '../../domain/audience';
import type { Inquiry } from '../../domain/inquiry';
import type { Ticket } from '../../domain/ticket';
import { isActive } from '../../domain/ticket-status';
import { cut } from '../../domain/text';
import { articleParts } from '../../knowledge/passages';
import type { Button, Card, LinkButton, Part } from '../card';
import type { Intent } from '../interaction';
import type { Say } from '../words';
import { button } from './reader';
import { solutionParts } from './similar-tickets';

/** Of the question, so that the answers stay in sight: whoever asked knows the rest. */
const ASKED_SHOWN = 400;

/** A clear answer, some possibilities, or a word that nothing fits; the ways on are always there. */
export function answerCard({ inquiry, suggestions, solutions }: Answer, lineName: string, say: Say): Card {
  const openTicket = openFrom(inquiry);
  const asked: Part[] =
    inquiry.text === ''
      ? []
      : [{ kind: 'note', text: say('answer.asked', { question: cut(inquiry.text, ASKED_SHOWN) }) }];
  if (suggestions.length + solutions.length === 0) {
    const text = say('answer.nothing.text', { line: lineName });
    return {
      title: say('answer.nothing.title'),
      summary: say('answer.nothing.title'),
      parts: [...asked, { kind: 'text', text }],
      actions: [button(say('answer.open-ticket'), openTicket, 'primary')],
    };
  }
  const items = suggestions.map((suggestion): Part => ({
    kind: 'item',
    title: suggestion.article.title,
    text: suggestion.passage,
    found: suggestion.found ?? [],
    button: readMore(suggestion.article, inquiry, say),
  }));
  const count = suggestions.length + solutions.length;
  const isClear = suggestions[0]?.clear === true;
  const isForAll = suggestions.every(({ article }) => isFor(article.audience, ANYBODY));
  return {
    ...titleOf(suggestions, say),
    ...(isForAll ? {} : { forSome: true as const }),
    parts: [
      ...asked,
      ...items,
      ...solutionParts(solutions, say),
      ...(isClear ? [] : [{ kind: 'note' as const, text: say('answer.else', { count, line: lineName }) }]),
    ],
    actions: [
      button(say('answer.solved'), { kind: 'solved', inquiryId: inquiry.id }, 'primary'),
      button(say('answer.open-ticket'), openTicket),
    ],
  };
}

function titleOf(suggestions: readonly Suggestion[], say: Say): Pick<Card, 'title' | 'summary'> {
  const count = suggestions.length;
  if (count === 0) return { title: say('answer.similar.title'), summary: say('answer.similar.title') };
  return {
    title: suggestions[0]?.clear === true ? say('answer.title.clear') : say('answer.title', { count }),
    summary: say('answer.summary', { count }),
  };
}

/**
 * Takes the place of the answers once one of them helped; asks which, when it could be several.
 * @param learns whether the next person gains by it
 */
export function thanksCard(inquiry: Inquiry, candidates: readonly Article[], learns: boolean, say: Say): Card {
  const which = candidates.map((article) =>
    button(article.title, { kind: 'solved', inquiryId: inquiry.id, articleId: article.id }),
  );
  const text = say(which.length > 0 ? 'answer.thanks.which' : 'answer.thanks.text', { learns: learns ? 'yes' : 'no' });
  return {
    title: say('answer.thanks.title'),
    summary: say('answer.thanks.title'),
    parts: [{ kind: 'text', text }],
    actions: which,
  };
}

/** The same once the question is a ticket: that goes on until whoever asked for it says that it need not. */
export function thanksWithTicketCard(ticket: Ticket | null, say: Say): Card {
  const title = say('answer.thanks.title');
  if (ticket === null || !isActive(ticket.status)) return { title, summary: title, parts: [], actions: [] };
  return {
    title,
    summary: title,
    parts: [{ kind: 'text', text: say('answer.thanks.ticket', { id: ticket.id }) }],
    actions: [button(say('button.no-longer-needed'), { kind: 'withdraw', ticketId: ticket.id })],
  };
}

/** Of an article with nothing to show, such as a picture without words. */
function withoutText({ url }: Article, say: Say): Part {
  return { kind: 'text', text: url === null ? say('article.no-text') : say('article.elsewhere', { url }) };
}

/** One whole article. With the question it was read for, the reader can say that it helped. */
export function articleCard(article: Article, inquiry: Inquiry | null, say: Say): Card {
  const parts = articleParts(article.body).map((block): Part => {
    if (block.kind === 'code') return { kind: 'quote', text: block.text };
    return block.kind === 'lines' ? { kind: 'text', text: block.text } : block;
  });
  const actions =
    inquiry === null
      ? []
      : [
          button(say('answer.solved'), { kind: 'solved', inquiryId: inquiry.id, articleId: article.id }, 'primary'),
          button(say('answer.open-ticket'), openFrom(inquiry)),
        ];
  if (parts.length === 0) parts.push(withoutText(article, say));
  return { title: article.title, summary: article.title, parts, actions };
}

function openFrom(inquiry: Inquiry): Intent {
  return { kind: 'open', inquiryId: inquiry.id, intake: inquiry.intake, text: inquiry.text };
}

function readMore(article: Article, inquiry: Inquiry, say: Say): Button | LinkButton {
  const label = say('answer.read-more');
  if (article.url !== null) return { label, url: article.url };
  return button(label, { kind: 'read', articleId: article.id, inquiryId: inquiry.id });
}
