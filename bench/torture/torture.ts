import { parseArgs } from 'node:util';
import { type CrashReport, crash } from './crash.ts';
import { growth, type Held, type SoakReport } from './soak.ts';
import { soakInChild } from './soak-child.ts';
import { isKept } from './verdict.ts';

const USAGE = `usage: npm run torture -- [--kills 50] [--seed N] [--seconds 240] [--days 30] [--alerts 10000]
Kills a real Tocsin under load, and under attack by a hostile client, at random moments, and compares the mails that arrived with the requests that got a 200.
Then lets days pass on a clock of its own, and compares memory and store before and after. --kills 0 or --days 0 leaves
that part out.`;

const SHOWN = 10;

function table(report: CrashReport): string {
  const { lost, invented, faults } = report;
  const names = (list: readonly string[]): string =>
    list.length === 0 ? '' : `: ${list.slice(0, SHOWN).join(', ')}${list.length > SHOWN ? ', ...' : ''}`;
  return `seed           ${report.seed}, ${report.seconds} s
kills          ${report.kills}, ${report.killedAtStart} of them during the start
posted         ${report.posted} alerts and ends of alerts, ${report.requests} requests, ${report.refused} without a 200
attacks        ${report.attacks} hostile requests, ${faults.length} made something fail${names(faults)}
acknowledged   ${report.acknowledged}
delivered      ${report.delivered} in ${report.mails} mails
lost           ${lost.length}${names(lost)}
doubled        ${report.doubledSameId} mails with the same Message-ID, ${report.doubledOtherId} with a different one
               ${report.doubledNeedlessly} of them without a kill between
hidden         ${report.hidden} mails with the Message-ID of other news
invented       ${invented.length}${names(invented)}
exit code      ${report.exitCode}
`;
}

function soakTable(report: SoakReport): string {
  const { before, after, alerts, messages } = report;
  const line = (what: string, of: (held: Held) => string): string =>
    `${what.padEnd(15)}${of(before)}, then ${of(after)}`;
  const grown = growth(report);
  return `soak           ${alerts} alerts, ${messages} messages
${line('heap', ({ heap }) => `${(heap / 1e6).toFixed(1)} MB`)}
${line('store', ({ store }) => `${(store / 1e6).toFixed(1)} MB`)}
${line('held', (held) => `${held.alerts} alerts, ${held.groups} groups, ${held.notifications} notifications, ${held.silences} silences`)}
grown          ${grown.length === 0 ? 'nothing' : grown.join('; ')}
`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      seconds: { type: 'string', default: '240' },
      days: { type: 'string', default: '30' },
      alerts: { type: 'string', default: '10000' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const kills = Number(values.kills);
  const seed = Number(values.seed);
  let isWell = true;
  if (kills > 0) {
    const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);
    const report = await crash({ kills, seed, seconds: Number(values.seconds), onProgress });
    console.log(table(report));
    isWell = isKept(report) && report.exitCode === 0 && report.faults.length === 0;
  }
  if (Number(values.days) > 0) {
    const report = await soakInChild({ days: Number(values.days), alerts: Number(values.alerts), seed });
    console.log(soakTable(report));
    isWell &&= growth(report).length === 0;
  }
  return isWell ? 0 : 1;
}

process.exitCode = await main();
