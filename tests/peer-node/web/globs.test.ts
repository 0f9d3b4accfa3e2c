import { expect, it } from "vitest";
import { globsIn } from "../../../peer-node/web/page/globs.ts";

it.each([
  ["2026/**", ["2026/**"]],
  [" 2026/** ,*.jpg , ", ["2026/**", "*.jpg"]],
  ["*.{jpg,png}", ["*.{jpg,png}"]],
  ["{a,{b,c}}/*, **/*.{jpg, png},d", ["{a,{b,c}}/*", "**/*.{jpg, png}", "d"]],
  ["a},b", ["a}", "b"]],
  ["", []],
  [" , ", []],
])("A line of globs is split at commas that stand outside of braces: %s", (line, globs) => {
  expect(globsIn(line)).toEqual(globs);
});
