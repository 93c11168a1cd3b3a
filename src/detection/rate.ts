// A share that is usual for an entity, learnt from its quiet messages: the mean of a Beta distribution that slowly forgets.

export interface Rate {
  yes: number;
  no: number;
}

/** What an older message still weighs after each newer one: about the last 200 messages count. */
const FADE = 0.995;

export function share(rate: Rate, least: number, most: number): number {
  return clamp(rate.yes / (rate.yes + rate.no), least, most);
}

export function learnRate(rate: Rate, yes: number, no: number): void {
  rate.yes = rate.yes * FADE + yes;
  rate.no = rate.no * FADE + no;
}

export function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
