// A registered reader shows itself over its other family of addresses. Whoever knows its secret is the reader; where it
// is seen is not its to say.

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as v from "valibot";
import { fromHex } from "../../shared/hex.ts";
import { parseReaderId } from "../../shared/ids.ts";
import { addressRequestSchema } from "../../shared/tracker-api/http.ts";
import { MESSAGE_BYTES_MAX } from "../../shared/tracker-api/limits.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { refusalResponse } from "../answers.ts";
import { sha256 } from "../digest.ts";
import { repositoryOf } from "../objects.ts";
import { unwrap } from "../outcome.ts";
import { requireRead } from "../tokens.ts";
import { bookIdOf, type TrackerEnv } from "./environment.ts";
import { hostOf } from "./gate.ts";

const short = bodyLimit({
  maxSize: MESSAGE_BYTES_MAX,
  onError: () => refusalResponse(new Refusal("too-large", `The body has at most ${MESSAGE_BYTES_MAX} bytes`)),
});

export const addresses = new Hono<TrackerEnv>().post("/books/:bookId/addresses", short, async (c) => {
  const bookId = bookIdOf(c);
  requireRead(c.req.raw, c.env);
  const host = hostOf(c);
  if (host === undefined) throw new Refusal("bad-request", "The tracker cannot see your address");
  const body: unknown = await c.req.json().catch(() => undefined);
  const result = v.safeParse(addressRequestSchema, body);
  if (!result.success) throw new Refusal("bad-request", "The body is not the secret of a reader");
  const readerId = parseReaderId(sha256(fromHex(result.output.secret)));
  unwrap(await repositoryOf(c.env, bookId).seen(readerId, host));
  return c.body(null, 204);
});
