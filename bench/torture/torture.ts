import { parseArgs } from 'node:util';
import { type CrashReport, crash } from './crash.ts';
import { isKept } from './verdict.ts';

const USAGE = `usage: npm run torture -- [--kills 50] [--seed N] [--seconds 240]
Kills a real Tocsin under load at random moments, and compares the mails that arrived with the requests that got a 200.`;

const SHOWN = 10;

function table(report: CrashReport): string {
  const { lost, invented } = report;
  const names = (list: readonly string[]): string =>
    list.length === 0 ? '' : `: ${list.slice(0, SHOWN).join(', ')}${list.length > SHOWN ? ', ...' : ''}`;
  return `seed           ${report.seed}, ${report.seconds} s
kills          ${report.kills}, ${report.killedAtStart} of them during the start
posted         ${report.posted} alerts and ends of alerts, ${report.requests} requests, ${report.refused} without a 200
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

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      seconds: { type: 'string', default: '240' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const report = await crash({
    kills: Number(values.kills),
    seed: Number(values.seed),
    seconds: Number(values.seconds),
    onProgress: (text) => process.stderr.write(`${text}\n`),
  });
  console.log(table(report));
  return isKept(report) && report.exitCode === 0 ? 0 : 1;
}

process.exitCode = await main();
