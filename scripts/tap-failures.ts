export type TapCount = { readonly passed: number; readonly failed: number };

export type TapFailures = {
  /** One line of TAP 14, as a test file writes it. */
  line(text: string): void;
  /** What the last comment says; undefined when the output ended before it. */
  count(): TapCount | undefined;
  /** The failed tests in full, with the tests they are part of, and nothing that passed. */
  text(): string;
};

const result = /^( *)(ok|not ok) \d+/;
const subtest = /^( *)# Subtest: /;
const silent = /^\s*$|^\s*\d+\.\.\d+$|^\s*# time=|^TAP version/;

/** Reads the output of one test file. */
export function tapFailures(): TapFailures {
  /** Lines that are told unless the subtest they belong to passes. */
  const kept: string[] = [];
  /** By depth: how many lines were kept when the subtest began. */
  const begins = new Map<number, number>();
  let inDetails = false;
  let summary: string | undefined;

  const endTest = (depth: number, passed: boolean, text: string) => {
    const begin = begins.get(depth) ?? kept.length;
    begins.delete(depth);
    if (passed) kept.length = begin;
    else kept.push(text);
  };

  const outsideDetails = (text: string) => {
    const [, indent, verdict] = result.exec(text) ?? [];
    const nested = subtest.exec(text)?.[1];
    if (indent !== undefined) endTest(indent.length, verdict === 'ok', text);
    else if (nested !== undefined) {
      begins.set(nested.length, kept.length);
      kept.push(text);
    } else if (text.startsWith('# { total:')) summary = text;
    else if (!silent.test(text)) kept.push(text);
  };

  return {
    line(text) {
      if (!inDetails && !/^\s*---$/.test(text)) return outsideDetails(text);
      inDetails = !/^\s*\.\.\.$/.test(text);
      kept.push(text);
    },
    count() {
      if (summary === undefined) return undefined;
      const of = (name: string) =>
        Number(new RegExp(`\\b${name}: (\\d+)`).exec(summary ?? '')?.[1] ?? 0);
      return { passed: of('pass'), failed: of('fail') };
    },
    text: () => kept.map((line) => `${line}\n`).join(''),
  };
}
