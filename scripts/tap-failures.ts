export type TapCount = { readonly passed: number; readonly failed: number };
/** A test file and how long it took. */
export type FileTime = { readonly path: string; readonly seconds: number };

export type TapFailures = {
  /** One line of TAP 14, as `tap --reporter=tap` writes it. */
  line(text: string): void;
  /** What the last comment says; undefined when the output ended before it. */
  count(): TapCount | undefined;
  /** The test files that have ended, longest first. */
  times(): readonly FileTime[];
};

const result = /^( *)(ok|not ok) \d+/;
const fileResult = /^(?:not )?ok \d+ - (.+) # time=([\d.]+)ms$/;
const subtest = /^( *)# Subtest: /;
const silent = /^\s*$|^\s*\d+\.\.\d+$|^\s*# time=|^TAP version|^# No coverage/;

/** Prints the failed tests of a TAP stream in full, with the tests they are part of, as each file ends; and nothing that passed. */
export function tapFailures(print: (text: string) => void): TapFailures {
  /** Lines that are printed unless the subtest they belong to passes. */
  let kept: string[] = [];
  /** By depth: how many lines were kept when the subtest began. */
  const begins = new Map<number, number>();
  const files: FileTime[] = [];
  let inDetails = false;
  let summary: string | undefined;

  const endTest = (depth: number, passed: boolean, text: string) => {
    const begin = begins.get(depth) ?? kept.length;
    begins.delete(depth);
    if (passed) kept.length = begin;
    else kept.push(text);
  };

  const flush = () => {
    if (kept.length > 0) print(`${kept.join('\n')}\n`);
    kept = [];
  };

  const beginTest = (depth: number, text: string) => {
    if (depth === 0) flush();
    begins.set(depth, kept.length);
    kept.push(text);
  };

  const outsideDetails = (text: string) => {
    const [, indent, verdict] = result.exec(text) ?? [];
    const [, path, ms] = fileResult.exec(text) ?? [];
    if (path !== undefined) files.push({ path, seconds: Number(ms) / 1_000 });
    const nested = subtest.exec(text)?.[1];
    if (indent !== undefined) endTest(indent.length, verdict === 'ok', text);
    else if (nested !== undefined) beginTest(nested.length, text);
    else if (text.startsWith('# { total:')) summary = text;
    else if (!silent.test(text)) kept.push(text);
  };

  return {
    line(text) {
      if (!inDetails && !/^\s*---$/.test(text)) return outsideDetails(text);
      inDetails = !/^\s*\.\.\.$/.test(text);
      kept.push(text);
    },
    count() {
      flush();
      if (summary === undefined) return undefined;
      const of = (name: string) =>
        Number(new RegExp(`\\b${name}: (\\d+)`).exec(summary ?? '')?.[1] ?? 0);
      return { passed: of('pass'), failed: of('fail') };
    },
    times: () => files.toSorted((one, other) => other.seconds - one.seconds),
  };
}
