import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import ICAL from 'ical.js';
import { lexer } from 'marked';
import { csvRecord } from '../../../../src/ui/exports/csv.ts';
import {
  type CalendarEvent,
  calendarEnd,
  calendarEvent,
  calendarStart,
} from '../../../../src/ui/exports/icalendar.ts';
import { tableHead, tableRow } from '../../../../src/ui/exports/markdownTable.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.stringMatching(/^[\s"',;=+\-@|\\`*<>$()[\]a-z🦄ü]{0,40}$/u),
);

describe('a CSV record', () => {
  it('is read back cell by cell by somebody else’s parser, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 5 }), (cells) => {
        const [read] = parse(csvRecord(cells), { relax_column_count: true });
        assert.deepEqual(
          read?.map((cell) => cell.replaceAll("'", '')),
          cells.map((cell) => cell.replaceAll("'", '')),
        );
      }),
    );
  });

  it('is no formula in any spreadsheet', () => {
    const formulas = [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '\n=1',
      ' =1',
      '\u00A0=1',
      '＝1',
      "=cmd|' /C calc'!A0",
    ];
    for (const formula of formulas) {
      const [cells] = parse(csvRecord(['x', formula]));
      const cell = cells?.[1] ?? '';
      assert(cell.startsWith("'"), formula);
      assert.equal(cell.replaceAll("'", ''), formula.replaceAll("'", ''));
    }
    fc.assert(
      fc.property(text, (cell) => {
        const [cells] = parse(csvRecord(['x', cell]));
        assert.doesNotMatch(cells?.[1] ?? '', /^(?:[=+\-@\t\r\n]|\s+[=+\-@])/);
      }),
    );
  });

  it('is no formula where the semicolon or the tab separates cells', () => {
    assert.equal(csvRecord(["bot;=cmd|' /C calc'!A0;", 'x']), "bot;'=cmd|' /C calc'!A0;,x\r\n");
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (cells) => {
        for (const part of csvRecord(cells)
          .split(/[;\t\r\n]/)
          .slice(1)) {
          assert.doesNotMatch(part, /^[\s"]*[=+\-@＝＋－＠]/);
        }
      }),
    );
  });

  it('leaves what is harmless as it is', () => {
    assert.equal(csvRecord(['a', '1', 'b=c', 'x@y']), 'a,1,b=c,x@y\r\n');
    assert.equal(csvRecord(['a "b"', 'c,d', 'e\r\nf', '']), '"a ""b""","c,d","e\r\nf",\r\n');
  });
});

describe('a calendar', () => {
  const now = Date.UTC(2026, 10, 22, 10, 30, 15);
  const sample: CalendarEvent = {
    uid: 'u@x',
    at: Date.UTC(2026, 11, 1, 8),
    summary: 's',
    description: 'd',
    alarmsBefore: [7 * 86_400_000, 90 * 60_000],
  };

  function written(event: CalendarEvent): string {
    return calendarStart('Expiries') + calendarEvent(event, now) + calendarEnd;
  }

  function read(ics: string) {
    const component = new ICAL.Component(ICAL.parse(ics));
    const event = component.getFirstSubcomponent('vevent');
    assert(event);
    return { component, vevent: event, event: new ICAL.Event(event) };
  }

  it('says when, in UTC, and reminds in time', () => {
    const { event, vevent } = read(written(sample));
    assert.equal(event.uid, 'u@x');
    assert.equal(event.startDate.toString(), '2026-12-01T08:00:00Z');
    assert.equal(String(vevent.getFirstPropertyValue('dtstamp')), '2026-11-22T10:30:15Z');
    assert.deepEqual(
      vevent.getAllSubcomponents('valarm').map((alarm) => String(alarm.getFirstPropertyValue('trigger'))),
      ['-P7D', '-PT90M'],
    );
  });

  it('gives back every text to somebody else’s parser, in lines of at most 75 octets that tear no character apart', () => {
    const shown = fc
      .oneof(text, fc.string({ unit: 'binary', maxLength: 100 }), fc.constant('🦄'.repeat(100)))
      .filter((value) => value.isWellFormed());
    fc.assert(
      fc.property(shown, (summary) => {
        const ics = written({ ...sample, summary });
        for (const line of ics.split('\r\n')) {
          assert(Buffer.byteLength(line) <= 75, line);
          assert(line.isWellFormed());
          assert.doesNotMatch(line, /[\n\r]/);
        }
        const expected = summary.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, '');
        assert.equal(read(ics).event.summary ?? '', expected);
      }),
    );
  });

  it('lets no text begin a line of its own', () => {
    const ics = written({ ...sample, summary: 'x\r\nEND:VEVENT\r\nBEGIN:VEVENT', description: 'a;b,c\\d' });
    const { component, event } = read(ics);
    assert.equal(component.getAllSubcomponents('vevent').length, 1);
    assert.equal(event.description, 'a;b,c\\d');
  });
});

describe('a Markdown table', () => {
  it('has every text in its own cell, as text', () => {
    const inline = (tokens: readonly { readonly type: string }[]) => tokens.map(({ type }) => type);
    fc.assert(
      fc.property(fc.array(text, { minLength: 3, maxLength: 3 }), (cells) => {
        const tokens = lexer(tableHead(['a', 'b', 'c']) + tableRow(cells) + tableRow(['x', 'y', 'z']));
        const [table] = tokens;
        assert(table?.type === 'table' && 'rows' in table);
        assert.equal(table.rows.length, 2);
        for (const cell of table.rows[0]) {
          assert.deepEqual(
            inline(cell.tokens).filter((type) => type !== 'text' && type !== 'escape'),
            [],
          );
        }
        assert.deepEqual(
          table.rows[1].map((cell: { readonly text: string }) => cell.text),
          ['x', 'y', 'z'],
        );
      }),
    );
  });
});
