// How much an entity sends: the recipients of the last 60 minutes, and what is usual at each hour of the day (UTC).
import type { ByteReader, ByteWriter } from './bytes.ts';

const RING = 60;
const HOURS = 24;
const DAY_MINUTES = 1_440;
/** The usual rates forget by half in so many days. */
const DAY_FADE = 0.5 ** (1 / 14);
/** A longer silence, or a clock that jumped, says nothing more about the rates than two weeks of it. */
const MOST_SILENT_DAYS = 14;
/** Two days and a part of the third, as they fade. */
const LEARNT_DAYS = 2.5;

export class Traffic {
  /** Recipients by minute, of the 60 minutes up to #minute. */
  #ring = new Uint32Array(RING);
  #minute = 0;
  /** Recipients of one day (UTC), and which. */
  #today = 0;
  #todaysDay = 0;
  /** Learnt recipients by hour of the day, older days fading; as of #day. */
  #byHour = new Float64Array(HOURS);
  /** How many days, fading alike, they were gathered in; 0 before the first. */
  #days = 0;
  #day = 0;

  /** Recipients in the 60 minutes up to and with `minute`. Minutes and days count from 1970. */
  lastHour(minute: number): number {
    let sum = 0;
    const oldest = Math.max(minute, this.#minute) - RING + 1;
    for (let at = Math.max(oldest, 0); at <= this.#minute && at <= minute; at++) sum += this.#ring[at % RING]!;
    return sum;
  }

  addToHour(minute: number, recipients: number): void {
    const passed = Math.min(minute - this.#minute, RING);
    for (let i = 1; i <= passed; i++) this.#ring[(minute - passed + i) % RING] = 0;
    this.#minute = Math.max(minute, this.#minute);
    this.#ring[minute % RING]! += recipients;
    const day = Math.floor(minute / DAY_MINUTES);
    this.#today = this.today(minute) + recipients;
    this.#todaysDay = day;
  }

  /** Recipients since midnight (UTC). */
  today(minute: number): number {
    return Math.floor(minute / DAY_MINUTES) === this.#todaysDay ? this.#today : 0;
  }

  /** Learnt recipients an hour, the mean of this hour of the day and its two neighbours. Today counts as far as it has come. */
  usual(minute: number): number {
    if (this.#days === 0) return 0;
    const hour = Math.floor(minute / 60) % HOURS;
    const sum = this.#byHour[(hour + HOURS - 1) % HOURS]! + this.#byHour[hour]! + this.#byHour[(hour + 1) % HOURS]!;
    const passed = this.#passedDays(minute);
    return ((sum / 3) * DAY_FADE ** passed) / this.#daysAfter(passed);
  }

  /** Learnt recipients a day; undefined before the third day. */
  usualDay(minute: number): number | undefined {
    const passed = this.#passedDays(minute);
    if (this.#daysAfter(passed) < LEARNT_DAYS) return undefined;
    const sum = this.#byHour.reduce((all, hour) => all + hour, 0);
    return (sum * DAY_FADE ** passed) / this.#daysAfter(passed);
  }

  /** How many days weigh in what is usual, as they fade; 0 before the first. */
  days(minute: number): number {
    return this.#days === 0 ? 0 : this.#daysAfter(this.#passedDays(minute));
  }

  learn(minute: number, recipients: number): void {
    const passed = this.#passedDays(minute);
    if (passed > 0) {
      for (let i = 0; i < HOURS; i++) this.#byHour[i]! *= DAY_FADE ** passed;
      this.#days = this.#daysAfter(passed);
    }
    this.#day = Math.max(this.#day, Math.floor(minute / DAY_MINUTES));
    if (this.#days === 0) this.#days = 1;
    this.#byHour[Math.floor(minute / 60) % HOURS]! += recipients;
  }

  /** The clock was ahead and was set back to `minute`: nothing may lie in the future. */
  turnBack(minute: number): void {
    this.#ring.fill(0);
    this.#minute = minute;
    this.#today = 0;
    this.#day = Math.min(this.#day, Math.floor(minute / DAY_MINUTES));
  }

  copy(): Traffic {
    const copy = new Traffic();
    copy.#ring = this.#ring.slice();
    copy.#minute = this.#minute;
    copy.#today = this.#today;
    copy.#todaysDay = this.#todaysDay;
    copy.#byHour = this.#byHour.slice();
    copy.#days = this.#days;
    copy.#day = this.#day;
    return copy;
  }

  write(out: ByteWriter): void {
    out.u32s(this.#ring);
    out.u32(this.#minute);
    out.f64(this.#today);
    out.u32(this.#todaysDay);
    out.f64s(this.#byHour);
    out.f64(this.#days);
    out.u32(this.#day);
  }

  static read(from: ByteReader): Traffic {
    const traffic = new Traffic();
    traffic.#ring = from.u32s();
    traffic.#minute = from.u32();
    traffic.#today = from.f64();
    traffic.#todaysDay = from.u32();
    traffic.#byHour = from.f64s();
    traffic.#days = from.f64();
    traffic.#day = from.u32();
    return traffic;
  }

  #passedDays(minute: number): number {
    if (this.#days === 0) return 0;
    return Math.min(Math.max(Math.floor(minute / DAY_MINUTES) - this.#day, 0), MOST_SILENT_DAYS);
  }

  #daysAfter(passed: number): number {
    const fade = DAY_FADE ** passed;
    return this.#days * fade + (1 - fade) / (1 - DAY_FADE);
  }
}
