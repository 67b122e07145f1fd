import { json, listen, type RecordedRequest, type Reply, Traffic } from './loopback.ts';

/** What an endpoint answers: a value as JSON with 200, a reply, or what a request makes of it. */
export type OddAnswer = unknown | Reply | ((request: RecordedRequest) => unknown);

export interface OddServer {
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** By path; one that is not there answers 404. Tests may change it. */
  readonly answers: Map<string, OddAnswer>;
  sent(path: string): RecordedRequest[];
  stop(): Promise<void>;
}

/** An authorization server whose every answer is the test's own, however odd. */
export async function startOddServer(now: () => number = Date.now): Promise<OddServer> {
  const traffic = new Traffic();
  const answers = new Map<string, OddAnswer>();
  const listener = await listen((request) => replyTo(request, answers.get(request.path)), traffic, { now });
  return {
    url: listener.origin,
    requests: traffic.requests,
    answers,
    sent: (path) => traffic.requests.filter((request) => request.path === path),
    stop: () => listener.stop(),
  };
}

function replyTo(request: RecordedRequest, answer: OddAnswer): Reply {
  const said: unknown = typeof answer === 'function' ? answer(request) : answer;
  if (said === undefined) {
    return { status: 404, body: 'Not Found' };
  }
  return isReply(said) ? said : json(200, said);
}

function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && 'status' in value && typeof value.status === 'number';
}
