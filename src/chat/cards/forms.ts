/** Every dialog, and how what was typed into it is read. A form's words are limited here once, for drawing and for reading. */
import type { Article } from '../../domain/article';
import { categoryPaths, findCategory } from '../../domain/category';
import type { Category } from '../../domain/category';
import type { Person } from '../../domain/person';
import type { Impact, Urgency } from '../../domain/priority';
import { IMPACTS, PRIORITIES, URGENCIES } from '../../domain/priority';
import { cleanText, cut, DETAILS_LIMIT, SUBJECT_LIMIT, titleOf } from '../../domain/text';
import type { Intake, Ticket } from '../../domain/ticket';
import type { ChoiceField, Field, Form, Option, PersonField, TextField } from '../card';
import type { ChangeIntent, Fields, Intent } from '../interaction';
import type { Say } from '../words';
import { personFields, personIn, personProblem } from './person-fields';
import type { Reader } from './reader';

/** Words that go with a change. */
const WORDS_LIMIT = 2000;

/** How a request can reach an agent besides the chat. */
const TOLD_INTAKES: readonly Intake[] = ['phone', 'walk-in', 'email'];

/** @param others null unless somebody else can be chosen as requester: then those of other chats who asked lately. */
export function openForm(
  intent: Extract<Intent, { kind: 'open' }>,
  others: readonly Person[] | null,
  { say, categories, language }: Reader,
): Form {
  const text = intent.text ?? '';
  const subject = titleOf(text);
  const requester: PersonField = {
    kind: 'person',
    name: 'requester',
    label: say('form.open.requester'),
    hint: say('form.open.requester.hint'),
    optional: true,
    ...(intent.requester === undefined ? {} : { value: intent.requester }),
  };
  const agentFields: Field[] = [
    ...personFields(requester, others ?? [], say),
    {
      kind: 'choice',
      name: 'intake',
      label: say('form.open.intake'),
      optional: true,
      groups: [{ label: null, options: TOLD_INTAKES.map((value) => ({ value, label: say(`intake.${value}`) })) }],
    },
  ];
  return {
    ...frame('open', intent, say),
    submit: say('form.open.submit'),
    fields: [
      {
        ...line('subject', say('form.open.summary'), SUBJECT_LIMIT),
        value: subject,
        placeholder: say('form.open.summary.placeholder'),
      },
      {
        ...words('details', say('form.open.details'), DETAILS_LIMIT),
        optional: true,
        // A short question says everything in its summary already.
        value: subject === text ? '' : cut(text, DETAILS_LIMIT),
        placeholder: say('form.open.details.placeholder'),
      },
      priorityField(say),
      {
        ...categoryField(categories, language, say),
        optional: true,
        placeholder: say('form.open.category.placeholder'),
      },
      ...(others === null ? [] : agentFields),
    ],
  };
}

/** What the open form says, or what is wrong with it by field. */
export interface OpenFields {
  readonly subject: string;
  readonly details: string;
  readonly impact: Impact;
  readonly urgency: Urgency;
  readonly category: string;
  readonly requester: string | null;
  readonly intake: Intake | null;
}

export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

export function readOpenForm(fields: Fields, reader: Reader): Read<OpenFields> {
  const { say, categories } = reader;
  const subject = cleanText(fields.subject ?? '').replace(/\s+/g, ' ');
  const details = cleanText(fields.details ?? '');
  const [impact, urgency] = impactAndUrgency(fields.priority);
  const category = fields.category || fallback(categories);
  const errors = {
    ...personProblem('requester', fields, say),
    ...wordsProblem('subject', subject, SUBJECT_LIMIT, say),
    ...(details === '' ? {} : wordsProblem('details', details, DETAILS_LIMIT, say)),
    ...(impact === undefined || urgency === undefined ? { priority: say('form.choose') } : {}),
    ...(findCategory(categories, category) === null ? { category: say('form.choose') } : {}),
  };
  if (impact === undefined || urgency === undefined || Object.keys(errors).length > 0) return { ok: false, errors };
  return { ok: true, value: { subject, details, impact, urgency, category, ...forOther(fields) } };
}

/** What an agent tells of somebody who did not write themselves. */
function forOther(fields: Fields): Pick<OpenFields, 'requester' | 'intake'> {
  const intake = TOLD_INTAKES.find((known) => known === fields.intake) ?? null;
  return { requester: personIn('requester', fields), intake };
}

/** `other` where it is configured, else the last category. */
function fallback(categories: readonly Category[]): string {
  return findCategory(categories, 'other') !== null ? 'other' : (categories.at(-1)?.key ?? 'other');
}

function impactAndUrgency(value: string | undefined): [Impact | undefined, Urgency | undefined] {
  const [first, second] = (value ?? '').split('/');
  return [IMPACTS.find((known) => known === first), URGENCIES.find((known) => known === second)];
}

/** One question for two answers: who is affected, and how badly. Nobody is asked for "P2". */
function priorityField(say: Say): ChoiceField {
  const groups = [...IMPACTS].reverse().map((impact) => ({
    label: say(`impact.${impact}`),
    options: URGENCIES.map((urgency) => ({
      value: `${impact}/${urgency}`,
      label: say('impact-urgency', { impact: say(`impact.${impact}`), urgency: say(`urgency.${urgency}`) }),
    })),
  }));
  return {
    kind: 'choice',
    name: 'priority',
    label: say('form.open.priority'),
    hint: say('form.open.priority.hint'),
    optional: false,
    groups,
    value: 'person/hindered',
  };
}

function categoryField(categories: readonly Category[], language: Reader['language'], say: Say): ChoiceField {
  const groups = categories.map((category) => ({
    label: category.name[language],
    options: categoryPaths([category]).map((path): Option => {
      const own = path === category.key;
      const name = findCategory(categories, path)?.name[language] ?? path;
      return {
        value: path,
        label: own && category.children.length > 0 ? say('form.category.general', { name }) : name,
      };
    }),
  }));
  return { kind: 'choice', name: 'category', label: say('form.open.category'), optional: false, groups };
}

/** What the form of a change is drawn from. */
interface FormFacts {
  readonly ticket: Ticket;
  readonly nextLine: string;
  /** Those that may have solved it, likeliest first. */
  readonly articles: readonly Article[];
  readonly byRequester: boolean;
  /** Agents of other chats. */
  readonly others: readonly Person[];
}

/** The forms of an agent's changes. */
export function changeForm(intent: ChangeIntent, about: FormFacts, reader: Reader): Form | null {
  const { say } = reader;
  switch (intent.kind) {
    case 'escalate':
      return {
        ...frame('escalate', intent, say),
        submit: say('button.escalate'),
        intro: say('form.escalate.intro', { id: about.ticket.id, line: about.nextLine }),
        fields: [words('text', say('form.escalate.reason'))],
      };
    case 'resolve':
      return {
        ...frame('resolve', intent, say),
        submit: say('button.resolve'),
        fields: resolveFields(about.articles, say),
      };
    case 'reopen':
      return {
        ...frame('reopen', intent, say),
        submit: say('button.reopen'),
        fields: [{ ...words('text', say('form.reopen.reason')), optional: true }],
      };
    case 'assign':
      return {
        ...frame('assign', intent, say),
        fields: personFields(
          { kind: 'person', name: 'to', label: say('form.assign.to'), optional: false },
          about.others,
          say,
        ),
      };
    case 'prioritise':
      return { ...frame('prioritise', intent, say), fields: [priorityChoice(about.ticket, say)] };
    case 'categorise':
      return { ...frame('categorise', intent, say), fields: [currentCategory(about.ticket, reader)] };
    case 'reply':
      return replyForm(intent, about.byRequester, say);
    case 'note':
      return {
        ...frame('note', intent, say),
        fields: [{ ...words('text', say('form.note.text')), hint: say('form.note.hint') }],
      };
    case 'wait':
      return {
        ...frame('wait', intent, say),
        submit: say('form.send'),
        fields: [{ ...words('text', say('form.wait.text')), hint: say('form.wait.hint') }],
      };
    case 'claim':
    case 'release':
    case 'urgent':
    case 'withdraw':
      return null;
  }
}

function currentCategory(ticket: Ticket, { categories, language, say }: Reader): ChoiceField {
  const field = categoryField(categories, language, say);
  return findCategory(categories, ticket.category) === null ? field : { ...field, value: ticket.category };
}

function replyForm(intent: Intent, byRequester: boolean, say: Say): Form {
  const field = words('text', say('form.reply.text'));
  return {
    ...frame('reply', intent, say),
    title: say(byRequester ? 'form.reply.title.requester' : 'form.reply.title'),
    submit: say('form.send'),
    fields: [byRequester ? field : { ...field, hint: say('form.reply.hint') }],
  };
}

function resolveFields(articles: readonly Article[], say: Say): Field[] {
  const text: Field = { ...words('text', say('form.resolve.text')), hint: say('form.resolve.hint') };
  if (articles.length === 0) return [text];
  const options = articles.map(({ id, title }) => ({ value: id, label: title }));
  const article: Field = {
    kind: 'choice',
    name: 'article',
    label: say('form.resolve.article'),
    optional: true,
    groups: [{ label: null, options }],
    placeholder: say('form.resolve.article.placeholder'),
  };
  return [text, article];
}

function priorityChoice(ticket: Ticket, say: Say): ChoiceField {
  const options = PRIORITIES.map((value) => ({ value, label: say(`priority.${value}`) }));
  return {
    kind: 'choice',
    name: 'priority',
    label: say('fact.priority'),
    optional: false,
    groups: [{ label: null, options }],
    value: ticket.priority,
  };
}

/** The words of a change; `optional` ones may be empty. */
export function readWords(fields: Fields, optional: boolean, say: Say): Read<string> {
  const text = cleanText(fields.text ?? '');
  const errors = optional && text === '' ? {} : wordsProblem('text', text, WORDS_LIMIT, say);
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, value: text };
}

function wordsProblem(name: string, text: string, limit: number, say: Say): Record<string, string> {
  if (text === '') return { [name]: say('form.missing') };
  return text.length > limit ? { [name]: say('form.too-long', { limit }) } : {};
}

function frame(
  kind: 'open' | 'escalate' | 'resolve' | 'reopen' | 'assign' | 'prioritise' | 'categorise' | 'reply' | 'note' | 'wait',
  intent: Intent,
  say: Say,
): Omit<Form, 'fields'> {
  return {
    title: say(`form.${kind}.title`),
    submit: say('form.save'),
    cancel: say('form.cancel'),
    missing: say('form.missing'),
    intent,
  };
}

function line(name: string, label: string, maxLength: number): TextField {
  return { kind: 'text', name, label, multiline: false, maxLength, optional: false };
}

function words(name: string, label: string, maxLength: number = WORDS_LIMIT): TextField {
  return { kind: 'text', name, label, multiline: true, maxLength, optional: false };
}
