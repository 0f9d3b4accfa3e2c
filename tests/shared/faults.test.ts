import { describe, expect, test } from "vitest";
import { DescriptorRefused, Violation } from "../../shared/faults.ts";

describe("A Violation", () => {
  test("is an Error with the fault's name and a sentence", () => {
    const violation = new Violation("not-asked", "Page 7 was not asked for");
    expect(violation).toBeInstanceOf(Error);
    expect(violation).toMatchObject({ name: "Violation", fault: "not-asked", message: "Page 7 was not asked for" });
  });

  test("is not what an ordinary Error is, nor a refused descriptor", () => {
    expect(new Error("our own mistake")).not.toBeInstanceOf(Violation);
    expect(new RangeError("our own mistake")).not.toBeInstanceOf(Violation);
    expect(new DescriptorRefused("bad-path", "a bad book")).not.toBeInstanceOf(Violation);
  });
});

describe("A DescriptorRefused", () => {
  test("is an Error with the fault's name and a sentence", () => {
    const refused = new DescriptorRefused("bad-order", "Image a comes after image b");
    expect(refused).toBeInstanceOf(Error);
    expect(refused).toMatchObject({
      name: "DescriptorRefused",
      fault: "bad-order",
      message: "Image a comes after image b",
    });
  });
});
