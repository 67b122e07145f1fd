/** Something that happens at one moment, as RFC 5545 has it. All texts are plain. */
export interface CalendarEvent {
  /** The same in every export, and nothing secret. */
  readonly uid: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly summary: string;
  readonly description: string;
  /** How long before it a reminder is due, in milliseconds; each a whole number of minutes. */
  readonly alarmsBefore: readonly number[];
}

export const calendarEnd = line('END:VCALENDAR');

export function calendarStart(name: string): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//oauth-token-manager//OAuth Token Manager//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(name)}`,
  ]
    .map(line)
    .join('');
}

/** @param now when it is written, in epoch milliseconds */
export function calendarEvent(event: CalendarEvent, now: number): string {
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(event.uid)}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(event.at)}`,
    `SUMMARY:${escaped(event.summary)}`,
    `DESCRIPTION:${escaped(event.description)}`,
    'TRANSP:TRANSPARENT',
    ...event.alarmsBefore.flatMap((before) => [
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      `DESCRIPTION:${escaped(event.summary)}`,
      `TRIGGER:${duration(before)}`,
      'END:VALARM',
    ]),
    'END:VEVENT',
  ]
    .map(line)
    .join('');
}

/** Whether a calendar can hold the moment: a date there has a year of four digits. */
export function isCalendarMoment(at: number): boolean {
  return at >= Date.UTC(1900, 0) && at < Date.UTC(10_000, 0);
}

/** RFC 5545 section 3.1: at most 75 octets a line, and no character torn apart. */
function line(content: string): string {
  if (Buffer.byteLength(content) <= 75) {
    return `${content}\r\n`;
  }
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of content) {
    const size = Buffer.byteLength(character);
    if (octets + size > 75) {
      lines.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += size;
  }
  return `${[...lines, current].join('\r\n')}\r\n`;
}

/** RFC 5545 section 3.3.11; of the control characters only a line break can be said. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

function utc(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function duration(before: number): string {
  const minutes = Math.round(before / 60_000);
  return minutes % 1440 === 0 ? `-P${minutes / 1440}D` : `-PT${minutes}M`;
}
