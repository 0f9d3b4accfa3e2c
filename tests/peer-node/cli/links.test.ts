import { describe, expect, it } from "vitest";
import { linksOf } from "../../../peer-node/cli/local-tracker/links.ts";

describe("linksOf", () => {
  it("is the one address that was asked for", () => {
    expect(linksOf("127.0.0.1", 8787)).toEqual(["http://127.0.0.1:8787"]);
    expect(linksOf("::1", 8787)).toEqual(["http://[::1]:8787"]);
  });

  it("begins with this machine's own when every address is listened on", () => {
    expect(linksOf("0.0.0.0", 80)[0]).toBe("http://127.0.0.1:80");
    expect(linksOf("0.0.0.0", 80).some((link) => link.includes("["))).toBe(false);
  });
});
