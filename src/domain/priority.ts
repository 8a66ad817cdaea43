/** Priority from impact and urgency, as ITIL has it: nobody is asked for "P2", only for what they can answer. */

export const PRIORITIES = ['P1', 'P2', 'P3', 'P4'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Who is hit. */
export const IMPACTS = ['company', 'team', 'person'] as const;
export type Impact = (typeof IMPACTS)[number];

/** How much it stops. */
export const URGENCIES = ['blocked', 'hindered', 'can-wait'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** The common ITIL matrix of impact × urgency, its two lowest levels joined as P4. */
const MATRIX: Readonly<Record<Impact, Readonly<Record<Urgency, Priority>>>> = {
  company: { blocked: 'P1', hindered: 'P2', 'can-wait': 'P3' },
  team: { blocked: 'P2', hindered: 'P3', 'can-wait': 'P4' },
  person: { blocked: 'P3', hindered: 'P4', 'can-wait': 'P4' },
};

export function priorityOf(impact: Impact, urgency: Urgency): Priority {
  return MATRIX[impact][urgency];
}

export function isPriority(text: string | undefined): text is Priority {
  return (PRIORITIES as readonly string[]).includes(text ?? '');
}
