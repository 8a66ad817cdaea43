/** The time. Nothing else in the helpdesk asks the machine for it, so a test or the sandbox can set it. */

export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
