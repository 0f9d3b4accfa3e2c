// What Cloudflare's deploy button reads: it asks for each variable of .dev.vars.example, makes a secret of the answer,
// and shows the descriptions of package.json beside the names.

import { expect, test } from "vitest";
import { readCommitted } from "./checkout.ts";

/** Variables that .dev.vars.example sets, with their values. */
function exampleVariables(): ReadonlyMap<string, string> {
  const lines = readCommitted(".dev.vars.example").split("\n");
  return new Map(
    lines.flatMap((line) => [...line.matchAll(/^([A-Z_]+)=(.*)$/g)].map(([, name = "", value = ""]) => [name, value])),
  );
}

function bindingNames(): readonly string[] {
  const settings = readCommitted("wrangler.toml").matchAll(/^\[\[durable_objects\.bindings\]\]\nname = "([A-Z]+)"/gm);
  return [...settings].map(([, name = ""]) => name);
}

test("The deploy button asks for no secret that has a value in public, and opens publishing for nobody", () => {
  expect([...exampleVariables()]).toEqual([["PUBLISH_TOKEN", ""]]);
});

test("The deploy button explains each secret that it asks for and each object that it makes", () => {
  const { cloudflare } = JSON.parse(readCommitted("package.json"));
  const wanted = [...exampleVariables().keys(), ...bindingNames()];
  expect(Object.keys(cloudflare.bindings).toSorted()).toEqual(wanted.toSorted());
  for (const name of wanted) expect(cloudflare.bindings[name].description).toMatch(/^[A-Z].*\.$/);
});
