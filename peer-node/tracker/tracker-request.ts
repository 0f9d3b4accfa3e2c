// One HTTP request to a tracker, and its answer, both within limits: no redirect is followed, a silence ends it, and
// an answer is read no further than allowed. Whatever is not an answer of a tracker leaves here as a typed error.

import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { refusalSchema } from "../../shared/tracker-api/http.ts";
import { authorization, type Credential } from "./credential.ts";
import { httpRequest } from "./http-request.ts";
import { ANSWER_BYTES_MAX, ANSWER_MS_MAX, SENT_BYTES_PER_SECOND_MIN } from "./limits.ts";
import { TrackerFault, TrackerRefused } from "./tracker-faults.ts";

/** A tracker, and what there is to show to it. */
export interface TrackerAddress {
  /** Base address, without a slash at its end. */
  readonly tracker: string;
  readonly credential?: Credential | undefined;
  /** Milliseconds without a byte after which the tracker is given up, besides those in which a request leaves. */
  readonly silenceMs?: number;
}

export interface TrackerRequest {
  readonly method?: "GET" | "PUT" | "DELETE";
  /** Path below the base address, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal | undefined;
}

/** An answer with a status of 2xx. */
export interface TrackerAnswer {
  readonly status: number;
  /** The body as it arrives; to be read to its end or its failure, with the errors of the request. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Asks a tracker.
 * @throws TrackerRefused when it says no
 * @throws TrackerFault when it does not answer, or no tracker is there
 * @throws the signal's reason when the request is given up
 */
export async function requestTracker(address: TrackerAddress, request: TrackerRequest): Promise<TrackerAnswer> {
  const { tracker, credential, silenceMs = ANSWER_MS_MAX } = address;
  const leavesMs = ((request.body?.length ?? 0) / SENT_BYTES_PER_SECOND_MIN) * 1000;
  const patience = new Patience(tracker, silenceMs, request.signal);
  const response = await patience.with(
    () =>
      answerTo(new URL(tracker + request.path), {
        ...request,
        headers: { ...authorization(tracker, credential), ...request.headers },
        signal: patience.signal,
      }),
    leavesMs,
  );
  const { statusCode: status = 0 } = response;
  const answer = { status, body: patience.over(response) };
  if (status >= 200 && status < 300) return answer;
  if (status >= 300 && status < 400) {
    response.destroy();
    patience.end();
    const location = response.headers.location ?? "elsewhere";
    throw new TrackerFault("redirected", `${tracker} redirects to ${location}: give the tracker's own address`);
  }
  throw await refusalOf(tracker, answer);
}

function answerTo(url: URL, { method = "GET", headers, body, signal }: Omit<TrackerRequest, "path">) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(url, {
      method,
      // Ranges and limits count the bytes themselves, not what a compressor makes of them.
      headers: { Accept: "application/json", "Accept-Encoding": "identity", ...headers },
      ...(signal === undefined ? {} : { signal }),
    });
    // An answer may come before the whole request has left; what happens to the rest of that is of no interest then.
    request.on("response", resolve).on("error", reject).end(body);
  });
}

/**
 * Reads a JSON answer.
 * @throws TrackerFault "not-a-tracker" when it is too long or does not have the shape of `schema`
 */
export async function readJson<Value>(
  tracker: string,
  { body }: TrackerAnswer,
  schema: v.GenericSchema<unknown, Value>,
): Promise<Value> {
  const result = v.safeParse(schema, parse(await readText(tracker, body)));
  if (result.success) return result.output;
  throw new TrackerFault("not-a-tracker", `What answers at ${tracker} is not a bookswarm tracker of this version`);
}

async function refusalOf(tracker: string, { status, body }: TrackerAnswer): Promise<Error> {
  const result = v.safeParse(refusalSchema, parse(await readText(tracker, body)));
  if (result.success) return new TrackerRefused(result.output.code, result.output.message);
  // The platform, too, counts what comes.
  if (status === 429)
    return new TrackerRefused("too-many", `${tracker} takes no more requests for now; try again later`);
  // A proxy or the platform in front of the tracker speaks; it may be better in a moment.
  const code = status >= 500 ? "unreachable" : "not-a-tracker";
  return new TrackerFault(code, `${tracker} answers with status ${status}, not as a bookswarm tracker`);
}

async function readText(tracker: string, body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new TrackerFault("not-a-tracker", `The answer of ${tracker} has no end`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Waits for each next byte, but not for ever, and gives every failure its type. */
class Patience {
  readonly #tracker: string;
  readonly #silenceMs: number;
  readonly #silence = new AbortController();
  readonly #given: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** What is being waited for now, in milliseconds. */
  #waitMs = 0;

  constructor(tracker: string, silenceMs: number, given: AbortSignal | undefined) {
    this.#tracker = tracker;
    this.#silenceMs = silenceMs;
    this.#given = given;
  }

  get signal(): AbortSignal {
    return this.#given === undefined ? this.#silence.signal : AbortSignal.any([this.#silence.signal, this.#given]);
  }

  /** Nothing more is waited for. */
  end(): void {
    clearTimeout(this.#timer);
  }

  /** Waits for the first step. @param moreMs - how much longer it may take than any other */
  async with<Value>(step: () => Promise<Value>, moreMs: number): Promise<Value> {
    this.#wait(this.#silenceMs + moreMs);
    try {
      const value = await step();
      this.#wait(this.#silenceMs);
      return value;
    } catch (error) {
      clearTimeout(this.#timer);
      throw this.#typed(error);
    }
  }

  async *over(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunks) {
        this.#timer?.refresh();
        yield chunk;
      }
    } catch (error) {
      throw this.#typed(error);
    } finally {
      clearTimeout(this.#timer);
    }
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#waitMs = ms;
    // It keeps no process alive: what is waited for does, and an answer that nobody reads on is not waited for.
    this.#timer = setTimeout(() => this.#silence.abort(), ms).unref();
  }

  #typed(error: unknown): unknown {
    if (this.#given?.aborted) return this.#given.reason;
    if (error instanceof TrackerFault) return error;
    if (this.#silence.signal.aborted) {
      const seconds = Math.round(this.#waitMs / 1000);
      return new TrackerFault("timed-out", `${this.#tracker} said nothing for ${seconds} s`, { cause: error });
    }
    return new TrackerFault("unreachable", `${this.#tracker} cannot be reached: ${reasonOf(error)}`, { cause: error });
  }
}

/** The first of several errors, as when a name has several addresses, and the innermost of an error with causes. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
