import assert from 'node:assert/strict';
import type { Workbench } from '../../e2e/workbench.ts';
import type { RealServer, Stoppable } from '../realServer.ts';

interface Suite<Subject extends Stoppable, Context extends { dispose(): void }> {
  readonly server: RealServer<Subject>;
  /** What is done at a server, by the sentence that says what must come of it. */
  readonly flows: Readonly<Record<string, (context: Context) => Promise<void>>>;
  begin(subject: Subject): Context;
  /** One story of a user in VS Code; `npm test` has others of these. */
  inWorkbench(workbench: Workbench, context: Context): Promise<void>;
  /** VS Code's settings for it. */
  settings?(subject: Subject): Readonly<Record<string, unknown>>;
}

/** Set by `npm run test:real`, which has packed the extension before. */
export const workbenchVariable = 'REAL_SERVERS_WORKBENCH';
export const workbenchSentence = 'is connected, read and revoked from in the workbench';

/** Installing may mean compiling. */
const installAndStartMs = 40 * 60_000;
const stopMs = 60_000;
const storyMs = 5 * 60_000;

/** Sets a server up once and tries every flow that it has, each with a connection of its own. */
export function declareFlows<Subject extends Stoppable, Context extends { dispose(): void }>(
  suite: Suite<Subject, Context>,
): void {
  const { server, flows, begin } = suite;
  const { lacks = {} } = server;
  const unknown = Object.keys(lacks).filter((sentence) => !Object.hasOwn(flows, sentence));
  if (unknown.length > 0) {
    throw new Error(`${server.name} lacks what is no flow: ${unknown.join(', ')}`);
  }

  describe(server.name, () => {
    let subject: Subject | undefined;
    let context: Context | undefined;

    before('installed and started', async function () {
      this.timeout(installAndStartMs);
      await server.install((step) => console.log(`    ${step}`));
      subject = await server.start();
    });
    after('stopped', async function () {
      this.timeout(stopMs);
      await subject?.stop();
    });
    afterEach(() => {
      context?.dispose();
      context = undefined;
    });

    const visit = (): Context => {
      assert(subject, 'the server was not started');
      context = begin(subject);
      return context;
    };

    for (const [sentence, flow] of Object.entries(flows)) {
      if (lacks[sentence] === undefined) {
        it(sentence, () => flow(visit()));
      }
    }

    if (process.env[workbenchVariable] !== undefined) {
      it(workbenchSentence, async function () {
        this.timeout(storyMs);
        assert(subject);
        // It brings a browser with it, which the flows without a workbench can do without.
        const { launch } = await import('../../e2e/launch.ts');
        const launched = await launch({ settings: suite.settings?.(subject) ?? {} });
        try {
          await suite.inWorkbench(launched.workbench, visit());
          await launched.workbench.picture(`real-${server.id}`);
        } catch (error) {
          await launched.workbench.picture(`failed-real-${server.id}`);
          throw error;
        } finally {
          await launched.stop();
        }
      });
    }
  });
}
