import { describe, expect, test } from 'vitest';
import { load, problemsOf } from './support.ts';

const file = (global: string) => `global: {${global}}\nroute: {receiver: r}\nreceivers: [{name: r}]\n`;

describe('global.time_zone and global.date_format', () => {
  test('are taken', () => {
    const { timeZone, dateFormat } = load(file("time_zone: Europe/Berlin, date_format: '02.01.2006 15:04 MST'"));
    expect([timeZone, dateFormat]).toEqual(['Europe/Berlin', '02.01.2006 15:04 MST']);
    expect(load(file('')).timeZone).toBeUndefined();
  });

  test.each(['CST', 'IST', 'BST', 'europe/berlin', 'Local', "''", 'GMT+1', '../etc/passwd', 'Mars/Olympus'])(
    'time_zone: %s is no name of the IANA database',
    (name) => {
      const problem = problemsOf(file(`time_zone: ${name}`)).join();
      expect(problem).toContain('global.time_zone: expected a time zone of the IANA database such as Europe/Berlin');
    },
  );

  test.each(['yyyy-MM-dd', '%Y-%m-%d', "''"])('date_format: %s shows no time', (layout) => {
    expect(problemsOf(file(`date_format: '${layout.replaceAll("'", '')}'`)).join()).toContain(
      'global.date_format: expected a layout that shows how to write 2 January 2006, 15:04:05',
    );
  });
});
