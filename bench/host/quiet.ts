import { commands } from 'vscode';

const lookMs = 100;
const looks = 5;
/** What a host that does nothing takes in that time, and how long a window that does nothing takes to answer. */
const idle = { processorMs: 5, answerMs: 10 };
const limitMs = 3000;

/** Waits until neither this host nor the window has had anything to do for half a second. */
export async function quiet(): Promise<void> {
  const started = performance.now();
  for (let idleLooks = 0; idleLooks < looks && performance.now() - started < limitMs; ) {
    idleLooks = (await isIdle()) ? idleLooks + 1 : 0;
  }
}

async function isIdle(): Promise<boolean> {
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, lookMs));
  const { user, system } = process.cpuUsage(before);
  const asked = performance.now();
  await commands.executeCommand('setContext', 'bench.isQuiet', asked);
  return (user + system) / 1000 <= idle.processorMs && performance.now() - asked <= idle.answerMs;
}
