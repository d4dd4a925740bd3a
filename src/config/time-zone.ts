import { type Instant } from '../clock.ts';
import { nearest } from './nearest.ts';

/** A zone of the IANA data base. */
export interface TimeZone {
  readonly name: string;
  /** Local time less UTC at that instant, in ms. */
  offsetAt(instant: Instant): number;
}

/** The zone of that name, or null. Making one takes a fraction of a millisecond: keep it. */
export function timeZone(name: string): TimeZone | null {
  // Bare offsets are zones to Intl, but they know no summer time: nobody's mail moves by them.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return null;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
  } catch {
    return null;
  }
  return {
    name,
    offsetAt(instant) {
      const second = Math.floor(instant / 1000) * 1000;
      const field = new Map(format.formatToParts(second).map(part => [part.type, part.value]));
      const part = (type: Intl.DateTimeFormatPartTypes): number => Number(field.get(type));
      const day = [part('year'), part('month') - 1, part('day')] as const;
      return Date.UTC(...day, part('hour'), part('minute'), part('second')) - second;
    },
  };
}

/** The zone that was most likely meant: by the whole name, or by its city. */
export function nearestTimeZone(written: string): string | null {
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const city = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
  const wanted = nearest(city(written).replaceAll(' ', '_'), zones.map(city));
  return nearest(written, zones) ?? zones.find(zone => city(zone) === wanted) ?? null;
}
