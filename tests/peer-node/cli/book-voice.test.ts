import { expect, it, onTestFinished, vi } from "vitest";
import { BookVoice } from "../../../peer-node/cli/book-voice.ts";
import { Output } from "../../../peer-node/cli/output.ts";
import { inventBook } from "../invented-book.ts";

it("BookVoice tells of an image what README promises, and nothing else", async () => {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  onTestFinished(() => write.mockRestore());
  const output = await Output.open({ json: true });
  const image = { image: inventBook({ "a.png": 1 }).image(0), path: "a.png", file: "/sea/a.png", bytes: 1 };
  new BookVoice(output).say({ type: "image", image });
  output.event("resumed", {});
  const [event] = lines.join("").split("\n");
  const { at: _, ...told } = JSON.parse(event ?? "");
  expect(told).toEqual({ event: "image", path: "a.png", file: "/sea/a.png", bytes: 1 });
});
