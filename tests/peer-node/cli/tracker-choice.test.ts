import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { credentialOf } from "../../../peer-node/cli/tracker-choice.ts";
import { emptyFolder } from "./command.ts";

const tracker = "https://t.example";

/** The token that is shown when this text is in the environment, or in a file. */
async function shown(text: string, place: "environment" | "file") {
  if (place === "environment") {
    vi.stubEnv("BOOKSWARM_TOKEN", text);
    onTestFinished(() => void vi.unstubAllEnvs());
    return credentialOf({ tracker });
  }
  const tokenFile = join(await emptyFolder(), "token");
  await writeFile(tokenFile, text);
  return credentialOf({ tracker, tokenFile });
}

describe.each(["environment", "file"] as const)("A token in the %s", (place) => {
  it("is shown without the space around it", async () => {
    expect(await shown(" s3cret\r\n", place)).toEqual({ tracker, token: "s3cret" });
  });

  it.each(["s3cret and more", "s3cret\nmore", "s3crét", " \n"])(
    "is refused and not named when it is none: %j",
    async (text) => {
      const refusal = await shown(text, place).catch((error: unknown) => error);
      const name = place === "file" ? /\/token does not hold one token/ : /^BOOKSWARM_TOKEN does not hold one token/;
      expect(refusal).toMatchObject({ exit: "wrong-use", message: expect.stringMatching(name) });
      expect(String(refusal)).not.toContain("s3cr");
    },
  );
});

it("A BOOKSWARM_TOKEN that is set to nothing is no token", async () => {
  expect(await shown("", "environment")).toBeUndefined();
});
