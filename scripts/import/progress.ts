import type { WriteStream } from 'node:tty';
import { Presets, SingleBar } from 'cli-progress';

export type Stage = 'sending' | 'reading' | 'applying';
export type Progress = {
  /** How far a stage is; without a total nobody knows how much there is. A new stage ends the one before. */
  show(stage: Stage, done: number, total: number | undefined): void;
  end(): void;
};

const told: { readonly [stage in Stage]: { readonly what: string; readonly unit: string } } = {
  sending: { what: 'Sending ', unit: 'kB' },
  reading: { what: 'Reading ', unit: 'entries' },
  applying: { what: 'Applying', unit: 'organisations' },
};
const inUnits = (stage: Stage, value: number) =>
  stage === 'sending' ? Math.ceil(value / 1_000) : value;

/** A bar on a terminal; elsewhere a line now and then. */
export const progressOn = (out: Pick<WriteStream, 'isTTY' | 'write'>): Progress =>
  out.isTTY ? bars(out as WriteStream) : lines(out);

function bars(stream: WriteStream): Progress {
  let current: { readonly stage: Stage; readonly bar: SingleBar } | undefined;
  const end = () => {
    current?.bar.stop();
    current = undefined;
  };
  return {
    show(stage, done, total) {
      const { what, unit } = told[stage];
      const [value, all] = [inUnits(stage, done), inUnits(stage, total ?? 0)];
      if (current?.stage !== stage) {
        end();
        const format =
          total === undefined
            ? `${what} {value} ${unit}`
            : `${what} {bar} {percentage}% | {value}/{total} ${unit} | {eta_formatted} left`;
        const bar = new SingleBar({ stream, format, hideCursor: true }, Presets.shades_classic);
        bar.start(all, value);
        current = { stage, bar };
      } else {
        current.bar.setTotal(all);
        current.bar.update(value);
      }
    },
    end,
  };
}

const lineEveryMs = 5_000;

function lines(out: { write(text: string): unknown }): Progress {
  let last: { readonly stage: Stage; readonly text: string; readonly at: number } | undefined;
  let pending = '';
  const write = (stage: Stage, text: string) => {
    out.write(`${text}\n`);
    last = { stage, text, at: performance.now() };
    pending = '';
  };
  const end = () => {
    if (pending !== '' && last !== undefined) write(last.stage, pending);
  };
  return {
    show(stage, done, total) {
      const { what, unit } = told[stage];
      const of = total === undefined ? '' : ` of ${inUnits(stage, total)}`;
      const text = `${what} ${inUnits(stage, done)}${of} ${unit}`;
      if (last?.stage !== stage) {
        end();
        write(stage, text);
      } else if (text !== last.text) {
        pending = text;
        if (performance.now() - last.at >= lineEveryMs) end();
      }
    },
    end,
  };
}
