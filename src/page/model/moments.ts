import { timeText } from '../../view/words.ts';

/** The moment and the place that times are told for. */
export interface Here {
  /** The server's clock in ms. */
  readonly now: number;
  /** IANA name, or `UTC`. */
  readonly zone: string;
}

/** `2026-12-05`, by the viewer's zone. */
export const dayText = (at: number, { zone }: Pick<Here, 'zone'>): string =>
  timeText(at, zone).slice(0, 10);

/** `06:14`, or with its date where that is not today. Seconds only where somebody counts them. */
export function clockText(iso: string, { now, zone }: Here, seconds = false): string {
  const whole = timeText(Date.parse(iso), zone);
  const clock = whole.slice(11, seconds ? 19 : 16);
  return dayText(now, { zone }) === whole.slice(0, 10) ? clock : `${whole.slice(0, 10)} ${clock}`;
}

const told = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d/g;

/** A text that was made for another zone, with its times by the viewer's: there is one clock on a page. */
export const timesHere = (text: string, { zone }: Pick<Here, 'zone'>): string =>
  text.replaceAll(told, time => {
    const at = Date.parse(time.replace(' ', 'T').replace(' ', ''));
    return Number.isNaN(at) ? time : timeText(at, zone);
  });

const minute = 60_000;

/** Whether a clock of minutes is past it. */
export const isOver = (iso: string, { now }: Here): boolean =>
  Math.floor(Date.parse(iso) / minute) < Math.floor(now / minute);

/** `UTC+01:00`: which clock the times of a page are by. */
export const zoneText = ({ now, zone }: Here): string => {
  const offset = timeText(now, zone).slice(20);
  return offset === '+00:00' ? 'UTC' : `UTC${offset}`;
};

const two = (value: number): string => String(value).padStart(2, '0');

/** What is left, as a timetable counts it down: `0:41`, `12:05`, `1:02:10`, `3 d 4 h`. Rounded up. */
export function countdownText(ms: number): string {
  const left = Math.max(0, Math.ceil(ms / 1000));
  const [days, hours] = [Math.floor(left / 86_400), Math.floor(left / 3600) % 24];
  if (days > 0) return `${days} d ${hours} h`;
  const [minutes, seconds] = [Math.floor(left / 60) % 60, left % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** How long it has been so, by the server's clock. */
export const ageText = (iso: string, now: number): string => countdownText(now - Date.parse(iso));
