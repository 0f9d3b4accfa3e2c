// The tracker's Worker as it is deployed, with a meter on everything that its owner pays for. GET /meter tells, POST
// /meter/round/BOOKID runs a round at once; everything else is the Worker's.

import { isBookId } from "../../../shared/ids.ts";
import { Catalog as PlainCatalog } from "../../../tracker-worker/catalog/catalog.ts";
import app from "../../../tracker-worker/index.ts";
import { Repository as PlainRepository } from "../../../tracker-worker/repository/repository.ts";
import { type ClassMeter, newMeter } from "./meter.ts";
import { meterStorage } from "./storage-meter.ts";

export { Prober } from "../../../tracker-worker/prober/prober.ts";

/** The isolate is one for the Worker and all objects, and outlives their hibernation. */
const METER = newMeter();

const EVENTS: Readonly<Record<string, keyof ClassMeter>> = {
  alarm: "alarms",
  webSocketMessage: "messages",
  webSocketClose: "closes",
  webSocketError: "closes",
};

/** Counts each event of the platform that wakes an object; what is no event of the platform's is a request. */
function meterEvents(target: object, meter: ClassMeter): void {
  for (const name of Object.getOwnPropertyNames(target)) {
    const method: unknown = Reflect.get(target, name);
    if (name === "constructor" || typeof method !== "function") continue;
    const value = function (this: unknown, ...args: unknown[]): unknown {
      meter[EVENTS[name] ?? "requests"]++;
      const began = performance.now();
      const end = () => {
        meter.busyMs += performance.now() - began;
      };
      const result: unknown = method.apply(this, args);
      if (result instanceof Promise) return result.finally(end);
      end();
      return result;
    };
    Object.defineProperty(target, name, { value, writable: true, configurable: true });
  }
}

meterEvents(PlainRepository.prototype, METER.repository);
meterEvents(PlainCatalog.prototype, METER.catalog);

export class Repository extends PlainRepository {
  constructor(ctx: DurableObjectState, env: Env) {
    meterStorage(ctx.storage, METER.repository);
    super(ctx, env);
    METER.repository.constructed++;
  }

  /** The round that the alarm would run, counted as one. @returns milliseconds that it took */
  async runRound(): Promise<number> {
    const began = performance.now();
    await this.alarm();
    return performance.now() - began;
  }
}

export class Catalog extends PlainCatalog {
  constructor(ctx: DurableObjectState, env: Env) {
    meterStorage(ctx.storage, METER.catalog);
    super(ctx, env);
    METER.catalog.constructed++;
  }
}

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/meter") return Response.json(METER);
    const bookId = pathname.replace("/meter/round/", "");
    if (isBookId(bookId)) {
      const stub = env.REPOSITORY.getByName(bookId) as unknown as DurableObjectStub<Repository>;
      return Response.json(await stub.runRound());
    }
    METER.workerRequests++;
    return app.fetch(request, env, ctx);
  },
};
