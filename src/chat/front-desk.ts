/**
 * Where every interaction of every chat arrives. Reads what was asked, lets the helpdesk do it, and answers with a card or
 * a form in the person's language. Never throws: a refusal is a polite card, a fault is logged with the interaction's id.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock';
import type { PersonId } from '../domain/person';
import { Refusal } from '../domain/refusal';
import type { RefusalReason } from '../domain/refusal';
import type { SupportLine } from '../domain/support-line';
import { isActive } from '../domain/ticket-status';
import type { Helpdesk } from '../helpdesk';
import type { Log } from '../log';
import type { Act } from '../once';
import type { Meter } from '../meter';
import { NO_TRACING } from '../tracing';
import type { Tracing } from '../tracing';
import type { Card, Reply } from './card';
import type { Desk } from './chat-bot';
import { isAboutArticles } from './article-intents';
import { answerArticle } from './articles';
import { answerCard, articleCard, thanksCard, thanksWithTicketCard } from './cards/answer-card';
import { samePersonThanksCard } from './cards/same-person-card';
import { helpCard, mineCard, noticeCard, queueCard, refusalCard, refusalText } from './cards/list-cards';
import { readerOf } from './cards/reader';
import type { Reader } from './cards/reader';
import { exampleCard, similarParts } from './cards/similar-tickets';
import { statusCard } from './cards/status-card';
import { ticketCard } from './cards/ticket-card';
import type { Intent, Interaction } from './interaction';
import { openTicket } from './opening';
import type { Pace } from './pace';
import { changeTicket } from './changing';
import type { Visit } from './visit';
import type { Say } from './words';

type Counts = Pick<Meter, 'refused' | 'interactionFailed'> &
  Partial<Pick<Meter, 'interactionRepeated' | 'interactionAccepted'>>;

export interface FrontDeskParts {
  readonly helpdesk: Helpdesk;
  readonly clock: Clock;
  readonly log: Log;
  /** The summary of these lines as it stands today, at least one, for whoever leads them. */
  readonly summaries: (lines: readonly SupportLine[], reader: Reader) => Promise<Card>;
  /** Whether an error means that the database did not take it, rather than a fault of ours. */
  readonly isStorageError: (error: unknown) => boolean;
  /** Whether it may have been taken all the same: then a person must not be told that nothing was changed. */
  readonly isUnconfirmed: (error: unknown) => boolean;
  readonly meter?: Counts;
  /** Without it everybody may ask for as much as they like. */
  readonly pace?: Pace;
  readonly tracing?: Tracing;
}

/** For as long as an answer may take, and its repetition. */
const REMEMBERED_STORED = 1000;

export class FrontDesk implements Desk {
  /** Ids of the latest interactions that are stored. */
  private readonly stored = new Set<string>();

  constructor(private readonly parts: FrontDeskParts) {}

  /** What an interaction asked for is done: whatever fails from now on, nobody may be told that nothing was changed. */
  handled(repeated: boolean, cause: string): void {
    this.stored.add(cause);
    const [oldest] = this.stored;
    if (this.stored.size > REMEMBERED_STORED && oldest !== undefined) this.stored.delete(oldest);
    if (repeated) this.parts.meter?.interactionRepeated?.();
    else this.parts.meter?.interactionAccepted?.();
  }

  async handle(interaction: Interaction): Promise<Reply> {
    const { log, tracing = NO_TRACING } = this.parts;
    const { id, intent } = interaction;
    const began = performance.now();
    const { reply, outcome } = await tracing.span(
      `interaction ${intent.kind}`,
      id,
      {},
      () => this.reply(interaction),
      ({ outcome }) => ({ 'helpdesk.outcome': outcome }),
    );
    log.info({ interaction: id, intent: intent.kind, outcome, ms: Math.round(performance.now() - began) }, 'handled');
    return reply;
  }

  private async reply(interaction: Interaction): Promise<{ reply: Reply; outcome: string }> {
    const { helpdesk, meter } = this.parts;
    const { setUp } = helpdesk;
    const reader = readerOf(interaction.from.language ?? setUp.language, setUp);
    const visit: Visit = { helpdesk, interaction, reader };
    const slowDown = this.slowDown(visit);
    if (slowDown !== null) return { reply: slowDown, outcome: 'refused: too-fast' };
    try {
      return { reply: await this.answer(visit), outcome: 'done' };
    } catch (error) {
      if (error instanceof Refusal) {
        meter?.refused(error.reason.code);
        return { reply: await this.refuse(error, visit), outcome: `refused: ${error.reason.code}` };
      }
      meter?.interactionFailed();
      return { reply: this.apologise(error, visit), outcome: 'failed' };
    }
  }

  /** Null when it comes at a pace that can be kept up with. Whoever typed something is told each time, others once. */
  private slowDown({ interaction, reader }: Visit): Reply | null {
    const { pace, clock, meter } = this.parts;
    const verdict = pace?.of(interaction.from.id, interaction.id, clock.now()) ?? 'in-time';
    if (verdict === 'in-time') return null;
    meter?.refused('too-fast');
    const told = refused(interaction.intent, { code: 'too-fast' }, (id) => id, reader.say);
    return verdict === 'first' || typedInto(interaction.intent) !== null ? told : { kind: 'none' };
  }

  private async answer(visit: Visit): Promise<Reply> {
    const { interaction, reader } = visit;
    const { intent } = interaction;
    const now = this.parts.clock.now();
    switch (intent.kind) {
      case 'ask':
        return ask(intent, visit);
      case 'read':
        return privately(await readArticle(intent, visit));
      case 'solved':
        return solved(intent, visit);
      case 'open':
        return openTicket(intent, visit);
      case 'show':
        return privately(await show(intent.ticketId, visit));
      case 'mine':
        await visit.helpdesk.meet({ person: interaction.from, cause: interaction.id });
        return privately(mineCard(...(await visit.helpdesk.ticketsOf(interaction.from.id)), now, reader.say));
      case 'queue': {
        await visit.helpdesk.meet({ person: interaction.from, cause: interaction.id });
        const { tickets, waiting, people } = await visit.helpdesk.queue(interaction.from.id);
        return privately(queueCard(tickets, waiting, people, now, reader.say));
      }
      case 'summary':
        return privately(
          await this.parts.summaries(await visit.helpdesk.roles.linesManagedBy(interaction.from.id), reader),
        );
      case 'help':
        return privately(helpCard(reader.say, interaction.typed === true));
      case 'thanks':
        return privately(noticeCard(reader.say('welcome.thanks.title'), reader.say('welcome.thanks.text')));
      case 'same-person':
        return samePerson(intent, visit);
      case 'unknown':
        throw new Refusal({ code: 'stale-button' });
      default:
        return isAboutArticles(intent) ? answerArticle(intent, visit, now) : changeTicket(intent, visit);
    }
  }

  private async refuse({ reason }: Refusal, visit: Visit): Promise<Reply> {
    const named = 'by' in reason ? reason.by : 'person' in reason ? reason.person : null;
    const person = named === null ? null : await visit.helpdesk.roles.person(named).catch(() => null);
    return refused(visit.interaction.intent, reason, (id) => person?.name ?? id, visit.reader.say);
  }

  private mayBeStored(error: unknown, { interaction }: Visit): boolean {
    return this.parts.isUnconfirmed(error) || this.stored.has(interaction.id);
  }

  private apologise(error: unknown, visit: Visit): Reply {
    const ref = randomBytes(3).toString('hex');
    this.parts.log.error({ interaction: visit.interaction.id, ref, err: error }, 'an interaction failed');
    const { say } = visit.reader;
    const nothing = this.parts.isStorageError(error) ? say('trouble.not-saved') : say('trouble.broke', { ref });
    const text = this.mayBeStored(error, visit) ? say('trouble.not-confirmed') : nothing;
    return { kind: 'card', card: noticeCard(say('trouble.title'), text), replaces: false, failed: true };
  }
}

/** A field that has words or a choice; null when there are none. */
function typedInto(intent: Intent): string | null {
  return ('fields' in intent ? Object.keys(intent.fields ?? {})[0] : undefined) ?? null;
}

/** A form that was sent stays open and says it, so that nothing typed is lost; all else, words in a thread too, is answered with a card. */
function refused(intent: Intent, reason: RefusalReason, name: (id: PersonId) => string, say: Say): Reply {
  const field = typedInto(intent);
  const isForm = !('origin' in intent) || intent.origin === undefined;
  if (field === null || !isForm) return privately(refusalCard(reason, name, say));
  return { kind: 'invalid', errors: { [field]: refusalText(reason, name, say) } };
}

function privately(card: Card): Reply {
  return { kind: 'card', card, replaces: false };
}

async function ask(intent: Extract<Intent, { kind: 'ask' }>, { helpdesk, interaction, reader }: Visit): Promise<Reply> {
  const { text, intake, answerTo, thread } = intent;
  const how = { intake, language: reader.language, answerTo, thread };
  const answer = await helpdesk.ask(text, how, { person: interaction.from, cause: interaction.id });
  if (answerTo !== undefined) return { kind: 'none' };
  return privately(answerCard(answer, helpdesk.firstLine().name, reader.say));
}

async function readArticle(
  intent: Extract<Intent, { kind: 'read' }>,
  { helpdesk, interaction, reader }: Visit,
): Promise<Card> {
  const article = await helpdesk.article(intent.articleId, interaction.from.id);
  const by: Act = { person: interaction.from, cause: interaction.id };
  // Somebody else's question is nothing to them: they may read the article, not answer for the asker.
  const inquiry =
    intent.inquiryId === null ? null : await helpdesk.noteRead(intent.inquiryId, article.id, by).catch(ignoreRefusal);
  return articleCard(article, inquiry, reader.say);
}

function ignoreRefusal(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}

async function solved(
  intent: Extract<Intent, { kind: 'solved' }>,
  { helpdesk, interaction, reader }: Visit,
): Promise<Reply> {
  const articleId = intent.articleId ?? null;
  await helpdesk.markSolved(intent.inquiryId, articleId, { person: interaction.from, cause: interaction.id });
  const inquiry = await helpdesk.inquiry(intent.inquiryId, interaction.from);
  if (inquiry.outcome === 'ticket') {
    const ticket = await helpdesk.answers.ownTicketOf(inquiry.id, interaction.from.id);
    return { kind: 'card', card: thanksWithTicketCard(ticket, reader.say), replaces: true };
  }
  const shown = articleId === null && inquiry.suggested.length > 1 ? inquiry.suggested : [];
  const candidates = await Promise.all(
    shown.map((id) => helpdesk.article(id, interaction.from.id).catch(ignoreRefusal)),
  ).then((articles) => articles.filter((article) => article !== null));
  return { kind: 'card', card: thanksCard(inquiry, candidates, helpdesk.setUp.learning, reader.say), replaces: true };
}

async function samePerson(
  { other, yes }: Extract<Intent, { kind: 'same-person' }>,
  { helpdesk, interaction, reader }: Visit,
): Promise<Reply> {
  await helpdesk.answerWhetherOne(other, yes, { person: interaction.from, cause: interaction.id });
  return { kind: 'card', card: samePersonThanksCard(yes, reader.say), replaces: true };
}

/** A ticket in private: its requester sees their side, an agent the card, agents who may learn from it how it was resolved. */
async function show(ticketId: number, { helpdesk, interaction, reader }: Visit): Promise<Card> {
  const file = await helpdesk.file(ticketId);
  const { ticket, line } = file;
  const person = interaction.from.id;
  if (await helpdesk.isRequester(ticket, person)) return statusCard(file, reader, false);
  if (await helpdesk.roles.isAgent(line, person)) {
    const similar = isActive(ticket.status) ? await helpdesk.answers.similarTo(ticket, line) : [];
    return ticketCard(file, false, reader, similarParts(similar, reader.say));
  }
  const example = await helpdesk.answers.example(ticket, person);
  if (example === null) throw new Refusal({ code: 'not-your-ticket' });
  return exampleCard(example, reader.say);
}
